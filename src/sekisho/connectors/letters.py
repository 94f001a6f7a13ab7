"""What an organisation is told of its connectors."""

from __future__ import annotations

from dataclasses import dataclass

from sekisho.base.text import Text


@dataclass(frozen=True, slots=True)
class Letter:
    kind: str
    subject: Text
    body: Text

    def about(self, title: str, name: str, reason: str) -> tuple[Text, Text]:
        """Return subject and body, with the connector's title and name, and the reason where there is one."""
        fields = {"title": title, "name": name, "reason": reason or "–"}
        return self.subject.format(**fields), self.body.format(**fields)


LISTED = Letter(
    "connector_listed",
    Text("“{title}” is listed", "「{title}」を掲載しました"),
    Text(
        "Your connector {name} is in the directory. What it says of itself now is pinned: should it say something "
        "else, gateways refuse its calls until somebody has looked.",
        "コネクター {name} をディレクトリに掲載しました。現在の説明内容を固定して記録しています。"
        "内容が変わった場合、担当者が確認するまで、ゲートウェイはその呼び出しを拒否します。",
    ),
)
CHANGED = Letter(
    "connector_changed",
    Text(
        "“{title}” has changed, and its calls are refused",
        "「{title}」の内容が変わったため、呼び出しを停止しました",
    ),
    Text(
        "The server of {name} no longer describes itself as it was checked. Gateways refuse its calls until somebody "
        "has looked at the change. If you did not change it, take it offline: somebody else may have.",
        "{name} のサーバーの説明が、確認時と異なっています。変更を担当者が確認するまで、"
        "ゲートウェイはその呼び出しを拒否します。お心当たりがない場合は、第三者による改ざんの恐れがあるため、"
        "サーバーを停止してください。",
    ),
)
TAKEN_DOWN = Letter(
    "connector_taken_down",
    Text("“{title}” was taken down", "「{title}」の掲載を停止しました"),
    Text(
        "Gateways refuse the calls of {name}. The reason: {reason}",
        "ゲートウェイは {name} の呼び出しを拒否します。理由：{reason}",
    ),
)
