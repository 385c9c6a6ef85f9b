import type { NamePool } from "./place.ts";
import type { Random } from "./random.ts";

export type Sex = "male" | "female" | "other";

/** A name in Latin letters and, where it is usual in the place, in the script of its language. */
export interface PersonName {
  readonly given: string;
  readonly family: string;
  readonly native:
    | { readonly given: string; readonly family: string; readonly language: "hi" | "kn" }
    | undefined;
}

interface Pool {
  readonly women: string;
  readonly men: string;
  readonly families: string;
}

/**
 * Latin names, and behind the slash the same in Devanagari or Kannada. No name is part of a state's or a district's name,
 * of a display or of an element's name; those of three letters stand for the many short ones, which no search of texts
 * can tell from chance.
 */
const POOLS: Readonly<Record<NamePool, Pool>> = {
  kannada: {
    women:
      "Lakshmamma/ಲಕ್ಷ್ಮಮ್ಮ Parvathamma/ಪಾರ್ವತಮ್ಮ Gowramma/ಗೌರಮ್ಮ Bhagyamma/ಭಾಗ್ಯಮ್ಮ Rukmini/ರುಕ್ಮಿಣಿ Saraswathi/ಸರಸ್ವತಿ Shanthamma/ಶಾಂತಮ್ಮ Mahadevamma/ಮಹದೇವಮ್ಮ Noorjahan/ನೂರ್‌ಜಹಾನ್",
    men: "Manjunath/ಮಂಜುನಾಥ Basavaraj/ಬಸವರಾಜ Nagaraju/ನಾಗರಾಜು Venkatesh/ವೆಂಕಟೇಶ Krishnappa/ಕೃಷ್ಣಪ್ಪ Shivanna/ಶಿವಣ್ಣ Thimmaiah/ತಿಮ್ಮಯ್ಯ Channabasava/ಚನ್ನಬಸವ Abdulla/ಅಬ್ದುಲ್ಲಾ",
    families:
      "Hiremath/ಹಿರೇಮಠ Kulkarni/ಕುಲಕರ್ಣಿ Shetty/ಶೆಟ್ಟಿ Acharya/ಆಚಾರ್ಯ Gowdara/ಗೌಡರ Nayakar/ನಾಯಕರ್ Bhajantri/ಭಜಂತ್ರಿ Rao/ರಾವ್ Doddamani/ದೊಡ್ಡಮನಿ",
  },
  tamil: {
    women: "Meenakshi Kalaiselvi Thenmozhi Jayanthi Revathi Malliga Vasantha Muthulakshmi Fathima",
    men: "Murugan Selvaraj Palanisamy Arumugam Karuppasamy Senthil Ganesan Thangavel Ibrahim",
    families: "Subramanian Chettiar Pillai Thevar Ramasamy Periyasamy Govindan Natarajan Raj",
  },
  hindi: {
    women:
      "Savitri/सावित्री Sushila/सुशीला Shakuntala/शकुंतला Phoolmati/फूलमती Ramdulari/रामदुलारी Sumitra/सुमित्रा Urmila/उर्मिला Shabnam/शबनम Kaushalya/कौशल्या",
    men: "Rajendra/राजेंद्र Jitendra/जितेंद्र Ramprasad/रामप्रसाद Shivnath/शिवनाथ Suresh/सुरेश Dinesh/दिनेश Mohammad/मोहम्मद Brijmohan/बृजमोहन Harishankar/हरिशंकर",
    families:
      "Sharma/शर्मा Mishra/मिश्रा Tiwari/तिवारी Pandey/पांडेय Paswan/पासवान Kushwaha/कुशवाहा Chaudhary/चौधरी Srivastava/श्रीवास्तव Ansari/अंसारी Jha/झा",
  },
  assamese: {
    women: "Mamoni Jonaki Dipali Rupjyoti Nirupoma Bharati Labanya Rehena",
    men: "Hemanta Pranjal Dwipendra Bhupendra Jitumoni Nripen Rafiqul",
    families: "Hazarika Borthakur Saikia Kalita Bharali Gohain Phukan Das",
  },
  hills: {
    women: "Daphisha Larisha Banrilang Ibalari Wandaka Tsering Chokila",
    men: "Banteilang Shanbor Wanbok Kitboklang Silseng Tenzin Dorjee",
    families: "Nongrum Kharkongor Marbaniang Lyngdoh Sangma Syiemlieh Thongdok Shangpliang",
  },
};

/** Every given and family name in the lists, in every script. */
export const NAME_WORDS: ReadonlySet<string> = new Set(
  Object.values(POOLS).flatMap(({ women, men, families }) => `${women} ${men} ${families}`.split(/[ /]/)),
);

export function personName(pool: NamePool, sex: Sex, random: Random): PersonName {
  const { women, men, families } = POOLS[pool];
  const isWoman = sex === "female" || (sex === "other" && random.chance(0.5));
  const [given, nativeGiven] = pickName(isWoman ? women : men, random);
  const [family, nativeFamily] = pickName(families, random);
  if (nativeGiven === undefined || nativeFamily === undefined) return { given, family, native: undefined };
  const language = pool === "kannada" ? "kn" : "hi";
  return { given, family, native: { given: nativeGiven, family: nativeFamily, language } };
}

function pickName(names: string, random: Random): readonly [latin: string, native: string | undefined] {
  const [latin = "", native] = random.pick(names.split(" ")).split("/");
  return [latin, native];
}

export function fullName(name: { readonly given: string; readonly family: string }): string {
  return `${name.given} ${name.family}`;
}
