/** Words of the widgets, for people who have no account here. */
export const en = {
  noDenominators: "How many could be screened is not known here: people are counted.",
  withAccount: "with an account",
  notFresh: "There is no newer answer: these are the last numbers that came.",
  troubles: {
    offline: {
      title: "There is no connection.",
      hint: "The figure is asked for again when the connection is back.",
    },
    refused: {
      title: "This figure is not for this page.",
      hint: "It is not published for the page's address, or the page's token is for another figure. Who runs the page can ask the programme.",
    },
    "no-token": {
      title: "The page gives no valid token.",
      hint: "This figure is private: the page's own server has to vouch for it.",
    },
    "no-measure": {
      title: "There is no such figure.",
      hint: "The page names an indicator that this widget does not have.",
    },
    "not-released": {
      title: "Nothing has been released of this period.",
      hint: "Numbers are shown once they are published.",
    },
    "not-published": {
      title: "This figure is not published.",
      hint: "So few people are in it that some could be recognised.",
    },
    busy: { title: "Too many ask at once.", hint: "Try again in a minute." },
    failed: { title: "The gateway did not answer as it should.", hint: "Try again later." },
  },
  definitions: {
    "screening-coverage":
      "How many of the people of 30 to 65 were screened in the period, each counted once.",
    "suspicious-rate":
      "Of those whom a specialist reviewed, how many have a lesion that is neither normal nor benign.",
    "lesion-positivity": "Of those who were screened, how many had a lesion.",
    "ai-positivity": "Of those whose photographs were classified on the device, how many are suspicious.",
    "high-risk-rate": "Of those whom a specialist reviewed, how many have a lesion of high risk.",
    "provisional-scc-rate":
      "Of 1,000 who were screened, how many have squamous cell carcinoma as provisional diagnosis.",
    "referral-rate": "Of those whom a specialist reviewed, how many were referred.",
    "review-completion": "Of those who were screened, how many were reviewed by a specialist.",
    "follow-up-completion": "Of those who were referred, how many were followed up.",
    "follow-up-outcome": "What became of those who were referred.",
    "time-to-follow-up": "Days from the referral to the follow-up, of those who were followed up.",
  },
};

export type WidgetWords = typeof en;
