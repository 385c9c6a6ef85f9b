import { GENDER, HABIT, SETTING, YES_NO } from "./terminology.ts";

export interface FormItem {
  readonly linkId: string;
  readonly type: "group" | "string" | "integer" | "date" | "choice" | "attachment";
  readonly text: string;
  /** The same in Hindi, where the form has it in use here. */
  readonly hindi?: string;
  readonly required?: boolean;
  /** System and codes of the options; the empty system stands for none. */
  readonly options?: readonly [system: string, codes: string];
  readonly items?: readonly FormItem[];
}

const IMAGE_COUNT = 13;

function question(linkId: string, type: FormItem["type"], text: string, required = true): FormItem {
  return { linkId, type, text, required };
}

function choice(linkId: string, text: string, system: string, codes: string, hindi?: string): FormItem {
  const item: FormItem = { linkId, type: "choice", text, required: true, options: [system, codes] };
  return hindi === undefined ? item : { ...item, hindi };
}

function group(linkId: string, text: string, hindi: string, items: readonly FormItem[]): FormItem {
  return { linkId, type: "group", text, hindi, items };
}

function imageItems(): FormItem[] {
  return Array.from({ length: IMAGE_COUNT }, (_, index) => index + 1).flatMap((number) => [
    question(`patient-screening-image-${number}`, "attachment", `Image ${number}`, number === 1),
    question(`patient-screening-image-${number}-ai-result`, "string", `AI Result for Image ${number}`, false),
  ]);
}

const HABITS = "current past never";

/** Registration and screening are one form; these are its items. Texts vary by language and version, linkIds do not. */
export const REGISTRATION_FORM: readonly FormItem[] = [
  group("basic-info-group", "Basic Information", "बुनियादी जानकारी", [
    choice("location-physical-type", "Study setting", SETTING, "field hospital", "अध्ययन सेटिंग"),
    question("patient-name-given", "string", "First name"),
    question("patient-name-family", "string", "Last name"),
    question("patient-identifier-abha", "string", "ABHA ID(Optional)", false),
    choice("patient-age", "Age", "", "years dob", "उम्र"),
    question("patient-age-by-dob", "date", "By date of birth"),
    question("patient-age-by-years", "integer", "By years"),
    choice("patient-gender", "Gender", GENDER, "male female other", "लिंग"),
    question("patient-contact-primary", "string", "Primary contact number"),
    question("patient-contact-secondary", "string", "Secondary contact number", false),
    question("patient-address-house", "string", "House number & street", false),
    question("patient-address-village", "string", "Village/Town/Area"),
    question("patient-address-pincode", "integer", "Pincode", false),
    question("patient-address-state", "choice", "State"),
    question("patient-address-district", "choice", "District"),
  ]),
  group("habit-history-group", "Habit History", "आदतों का इतिहास", [
    choice("patient-habit-cigarette", "Cigarette/Bidi", HABIT, HABITS, "सिगरेट/बीड़ी"),
    choice("patient-habit-tobacco", "Smokeless Tobacco", HABIT, HABITS, "धूम्ररहित तंबाकू"),
    choice("patient-habit-areca", "Areca Nut", HABIT, HABITS, "पान"),
    choice("patient-habit-alcohol", "Alcohol", HABIT, HABITS, "शराब"),
  ]),
  group("screening-group", "Screening", "स्क्रीनिंग", [
    group("patient-screening-question-group", "Current Condition", "वर्तमान स्थिति", [
      choice("patient-screening-mouth-open", "Able to open mouth?", YES_NO, "yes no", "क्या मुंह खोल सकते हैं?"),
      choice("patient-screening-lesion", "Lesion/Patch", YES_NO, "yes no", "घाव/धब्बा"),
      choice("patient-screening-self-reported", "Is self reported?", YES_NO, "yes no", "स्व-रिपोर्टेड?"),
    ]),
    group("patient-screening-image-group", "Image Screening", "छवि स्क्रीनिंग", imageItems()),
  ]),
];
