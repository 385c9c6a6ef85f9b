import { defineWords } from "@aarohan/kit";

const en = {
  title: "Get this elsewhere",
  note: "The token is taken from the environment variable ACCESS_TOKEN: this page never has one.",
  languages: "Language of the lines",
  copy: "Copy",
  copied: "Copied",
};

type Words = typeof en;

const hi: Words = {
  title: "इसे कहीं और पाएँ",
  note: "टोकन परिवेश चर ACCESS_TOKEN से लिया जाता है: इस पृष्ठ के पास वह कभी नहीं होता।",
  languages: "पंक्तियों की भाषा",
  copy: "कॉपी करें",
  copied: "कॉपी हो गया",
};

const kn: Words = {
  title: "ಇದನ್ನು ಬೇರೆಡೆ ಪಡೆಯಿರಿ",
  note: "ಟೋಕನ್ ಅನ್ನು ACCESS_TOKEN ಪರಿಸರ ಚರದಿಂದ ತೆಗೆದುಕೊಳ್ಳಲಾಗುತ್ತದೆ: ಈ ಪುಟದ ಬಳಿ ಅದು ಎಂದಿಗೂ ಇರುವುದಿಲ್ಲ.",
  languages: "ಸಾಲುಗಳ ಭಾಷೆ",
  copy: "ನಕಲಿಸಿ",
  copied: "ನಕಲಾಗಿದೆ",
};

export const snippetWords = defineWords({ en, hi, kn });
