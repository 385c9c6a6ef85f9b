import { defineWords } from "@aarohan/kit";

const en = {
  title: "Data dictionary",
  intro:
    "The columns of each type's table, as CSV and Parquet have them in your role. The gateway describes them itself.",
  type: "Resource type",
  find: "Find",
  column: "Column",
  datatype: "Data type",
  description: "Meaning",
  source: "From",
  codeSystem: "Code system",
  none: "No column has these words.",
  count: (shown: string, all: string) => `${shown} of ${all} columns`,
  machine: "For machines (CSV on the Web)",
  caption: (type: string) => `Columns of ${type}`,
  english: "Descriptions are the gateway's own, in English.",
};

type Words = typeof en;

const hi: Words = {
  title: "डेटा शब्दकोश",
  intro: "हर प्रकार की तालिका के स्तंभ, जैसे आपकी भूमिका में CSV और Parquet में होते हैं। गेटवे स्वयं उनका वर्णन करता है।",
  type: "संसाधन प्रकार",
  find: "खोजें",
  column: "स्तंभ",
  datatype: "डेटा प्रकार",
  description: "अर्थ",
  source: "कहाँ से",
  codeSystem: "कोड प्रणाली",
  none: "किसी स्तंभ में ये शब्द नहीं हैं।",
  count: (shown: string, all: string) => `${all} में से ${shown} स्तंभ`,
  machine: "मशीनों के लिए (CSV on the Web)",
  caption: (type: string) => `${type} के स्तंभ`,
  english: "विवरण गेटवे के अपने हैं, अंग्रेज़ी में।",
};

const kn: Words = {
  title: "ದತ್ತಾಂಶ ನಿಘಂಟು",
  intro: "ಪ್ರತಿ ಪ್ರಕಾರದ ಕೋಷ್ಟಕದ ಕಾಲಂಗಳು, ನಿಮ್ಮ ಪಾತ್ರದಲ್ಲಿ CSV ಮತ್ತು Parquet ನಲ್ಲಿ ಇರುವಂತೆ. ಗೇಟ್‌ವೇ ತಾನೇ ಅವುಗಳನ್ನು ವಿವರಿಸುತ್ತದೆ.",
  type: "ಸಂಪನ್ಮೂಲ ಪ್ರಕಾರ",
  find: "ಹುಡುಕಿ",
  column: "ಕಾಲಂ",
  datatype: "ದತ್ತಾಂಶ ಪ್ರಕಾರ",
  description: "ಅರ್ಥ",
  source: "ಎಲ್ಲಿಂದ",
  codeSystem: "ಕೋಡ್ ವ್ಯವಸ್ಥೆ",
  none: "ಯಾವ ಕಾಲಂನಲ್ಲೂ ಈ ಪದಗಳಿಲ್ಲ.",
  count: (shown: string, all: string) => `${all} ರಲ್ಲಿ ${shown} ಕಾಲಂಗಳು`,
  machine: "ಯಂತ್ರಗಳಿಗಾಗಿ (CSV on the Web)",
  caption: (type: string) => `${type} ನ ಕಾಲಂಗಳು`,
  english: "ವಿವರಣೆಗಳು ಗೇಟ್‌ವೇಯದ್ದೇ, ಇಂಗ್ಲಿಷ್‌ನಲ್ಲಿ.",
};

export const dictionaryWords = defineWords({ en, hi, kn });
