"""What conduct writes: counts of what arrives, what it finds by the clock, and what a person says of it."""

from sekisho.enforcement.conduct.actions.accounts import look_at_accounts as look_at_accounts
from sekisho.enforcement.conduct.actions.keeping import forget as forget
from sekisho.enforcement.conduct.actions.labelling import set_label as set_label
from sekisho.enforcement.conduct.actions.observing import observe as observe
from sekisho.enforcement.conduct.actions.traffic import look_at_traffic as look_at_traffic
