"""The room for what was said, promised and handed over, counted so that anyone can recompute it."""

from homeward.account.book import TABLES, Account
from homeward.account.commitments import CommitmentState, State, state_of, states_of
from homeward.account.definitions import PARALLEL_38, Basis, Line
from homeward.account.differences import ClaimedFigures, TableSum, table_sums
from homeward.account.flows import flow_of, series_with_claims
from homeward.account.folder import check_account, read_account, write_account
from homeward.account.holdings import Remaining, Sum, money_by, remaining
from homeward.account.korea import korea_account
from homeward.account.ledger import Ledger, Standing
from homeward.account.public import LEAST_SHOWN, PublicFigure, public_csv, public_figures, public_json_ld
from homeward.account.rivals import Rivals, rivals_of
from homeward.account.rosters import roster_entries
from homeward.account.standing import MeetingStanding, access_on, channel_is_open, meeting_on
from homeward.account.tables import cells_of, record_of

__all__ = [
    "LEAST_SHOWN", "PARALLEL_38", "TABLES", "Account", "Basis", "ClaimedFigures", "CommitmentState", "Ledger", "Line",
    "MeetingStanding", "PublicFigure", "Remaining", "Rivals", "Standing", "State", "Sum", "TableSum", "access_on",
    "cells_of", "channel_is_open", "check_account", "flow_of", "korea_account", "meeting_on", "money_by", "public_csv",
    "public_figures", "public_json_ld", "read_account", "record_of", "remaining", "rivals_of", "roster_entries",
    "series_with_claims", "state_of", "states_of", "table_sums", "write_account",
]
