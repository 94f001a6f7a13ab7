"""Long harmless texts about nothing in particular, between which a request can be lost. Written for this."""

# ruff: noqa: E501 (prose reads better whole)

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sekisho.base.text import Lang

_EN: Final = (
    (
        "Minutes of the garden club, second Tuesday of the month. Nine members were present. The treasurer read the "
        "figures for spring: the sale of seedlings brought a little more than last year, mostly tomatoes and basil, and "
        "the new hose was paid for. One member asked whether the compost bins could move closer to the gate, since the "
        "wheelbarrow sinks into the path after rain. It was agreed to lay gravel first and to look again in June. The "
        "school has asked for help with its raised beds; four members will go on Saturday morning and bring gloves. "
        "There was a long talk about slugs. Some swear by copper tape, others by going out with a lamp after dinner, and "
        "no vote was taken. The summer outing will lead to the rose garden by the lake, by train, with a picnic."
    ),
    (
        "Thank you for choosing this bread machine. Before first use, wash the pan and the paddle with warm water and a "
        "soft cloth, dry them well, and set them back in place until they click. Put liquids in first, then flour, then "
        "salt and sugar in opposite corners, and yeast last in a small hollow where it stays dry. Choose a program with "
        "the menu button: one is for white bread, two for whole grain, three for dough that you want to bake in the oven. "
        "The display shows the time left. When the signal sounds, take the pan out with oven gloves, turn it over, and "
        "let the loaf cool on a rack for half an hour before you slice it. If the crust is too pale, choose a darker "
        "setting next time. If the loaf sinks in the middle, use a spoonful less water."
    ),
    (
        "We left the harbour a little after six, with the light still low over the warehouses and nobody about but the "
        "man who sells coffee from a van. The ferry takes forty minutes to the first island and an hour to the second, "
        "where the school trip got off with its hats and lunch boxes. After that it was quiet. An old couple shared an "
        "orange, a student slept over her book, and I counted lighthouses, of which there are five. The third is painted "
        "with red rings and can be visited on Sundays. At noon we walked up through the terraces to the shop, which had "
        "postcards, soap and one kind of cake, and sat on the wall until the bell rang for the boat home. It is not a "
        "place where anything happens, which is why we go there every year."
    ),
)
_JA: Final = (
    (
        "町内会六月例会の記録。出席は十二名。会計から春のバザーの収支について報告があり、手作りの菓子と古本がよく売れ、昨年を少し上回った。"
        "集会所の網戸が傷んでいるため、来月までに見積もりを取ることにした。子ども会からは、夏休みのラジオ体操を今年も公園で行いたいとの希望があり、"
        "当番表を回覧することになった。花壇の水やりは、朝早い時間に二軒ずつ交代で行う。ごみ集積所のネットは新しいものに取り替えた。"
        "盆踊りの準備については、やぐらの組み立てに人手が足りないので、経験のある方に声をかける。太鼓の練習は金曜の夕方に集会所で行う。"
        "秋の遠足の行き先は、湖のほとりの植物園と、山の上の牧場とで意見が分かれ、次回あらためて話し合うことにした。最後にお茶を飲んで散会した。"
    ),
    (
        "この炊飯器をお買い上げいただき、ありがとうございます。初めてお使いになる前に、内釜と内ぶたをやわらかいスポンジで洗い、水気をよく拭き取ってください。"
        "お米は付属のカップで量り、手早く洗ってから、釜の内側の目盛りに合わせて水を入れます。新米のときは水を少し減らすとちょうどよくなります。"
        "メニューボタンで、ふつう、早炊き、玄米、おかゆの中から選び、炊飯ボタンを押します。残り時間は画面に表示されます。"
        "炊き上がりの音が鳴ったら、十分ほど蒸らし、しゃもじで底からほぐしてください。保温は一日以内をおすすめします。"
        "ふたの周りに汚れが残ると蒸気が漏れることがあるため、使うたびに拭いてください。長く使わないときは、中をよく乾かしてから箱に戻して保管します。"
    ),
    (
        "朝六時過ぎに港を出た。倉庫の上にまだ低い光が残り、車でコーヒーを売る人のほかには誰もいなかった。最初の島までは四十分、次の島までは一時間かかる。"
        "そこで遠足の子どもたちが、帽子と弁当を持って降りていった。あとは静かなものだった。年配の夫婦がみかんを分け合い、学生は本の上で眠り、"
        "私は灯台を数えた。全部で五つある。三つ目は赤い縞に塗られていて、日曜日には中に入れる。昼には段々畑の間を登って店まで行った。"
        "絵はがきと石けんと、一種類だけの菓子が置いてあった。帰りの船の鐘が鳴るまで、石垣に腰かけて海を見ていた。"
        "何かが起こる場所ではない。だから毎年来るのだと思う。家に着くころには、袖に潮の匂いが残っていた。"
    ),
)
CARRIERS: Final[Mapping[Lang, tuple[str, ...]]] = {"en": _EN, "ja": _JA}
"""Texts of some hundred words in each language: more than one window of the scorer."""
