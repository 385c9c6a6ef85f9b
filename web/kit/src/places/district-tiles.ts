import type { Tile } from "../charts/tile-map.tsx";
import { shortNames } from "./short-names.ts";

/**
 * Districts of the states in which the programme screens: about who is whose neighbour, north above. A point is an empty place;
 * columns and rows begin with 0.
 */
const GRIDS: Readonly<Record<string, readonly string[]>> = {
  karnataka: [
    ".                   .                 .                  .                   bidar:BDR",
    ".                   .                 vijayapura:VJP     kalaburagi:KLB      .",
    ".                   belagavi:BEL      bagalkot:BGK       raichur:RCR         yadgir:YDG",
    ".                   dharwad:DWD       gadag:GDG          koppal:KPL          ballari:BLR",
    "uttara-kannada:UKN  haveri:HVR        davangere:DVG      chitradurga:CTD     .",
    "udupi:UDP           shivamogga:SMG    chikkamagaluru:CKM tumakuru:TMK        chikballapur:CBP",
    "dakshina-kannada:DKN hassan:HSN       mandya:MDY         bengaluru-rural:BLG kolar:KLR",
    ".                   kodagu:KDG        mysuru:MYS         ramanagara:RMN      bengaluru-urban:BLU",
    ".                   .                 chamarajanagar:CMR .                   .",
  ],
  "tamil-nadu": [
    ".              .               vellore:VEL       tiruvallur:TLR     chennai:CHN",
    ".              krishnagiri:KRI tiruvannamalai:TVM kanchipuram:KPM   .",
    ".              dharmapuri:DPI  viluppuram:VPM    cuddalore:CUD      .",
    "nilgiris:NLG   erode:ERD       salem:SLM         perambalur:PMB     ariyalur:ARY",
    "coimbatore:CBE tiruppur:TUP    namakkal:NMK      tiruchirappalli:TRY thanjavur:TJV",
    ".              dindigul:DGL    karur:KRR         pudukkottai:PDK    tiruvarur:TVR",
    "theni:THN      madurai:MDU     sivaganga:SVG     ramanathapuram:RMD nagapattinam:NGP",
    ".              virudhunagar:VNR thoothukudi:TUT  .                  .",
    ".              tirunelveli:TVL kanyakumari:KNY   .                  .",
  ],
  assam: [
    ". . . . . . . lakhimpur:LKP dhemaji:DMJ tinsukia:TSK",
    ". kokrajhar:KKJ chirang:CRG baksa:BKS udalguri:UDL sonitpur:SNP biswanath:BSW majuli:MJL dibrugarh:DBR charaideo:CDO",
    "dhubri:DHB bongaigaon:BNG barpeta:BRP nalbari:NLB darrang:DRG nagaon:NGN golaghat:GLG jorhat:JRH sivasagar:SVS .",
    "south-salmara-mankachar:SSM goalpara:GLP kamrup:KMR kamrup-metropolitan:KMM morigaon:MRG hojai:HJI karbi-anglong:KAL . . .",
    ". . . . . west-karbi-anglong:WKA dima-hasao:DMH . . .",
    ". . . . . karimganj:KRG hailakandi:HLK cachar:CCR . .",
  ],
  bihar: [
    "west-champaran:WCH east-champaran:ECH sheohar:SHR sitamarhi:STM madhubani:MDB supaul:SPL araria:ARR kishanganj:KSG",
    "gopalganj:GPG siwan:SWN muzaffarpur:MZF darbhanga:DBG saharsa:SHS madhepura:MDP purnia:PRN .",
    ". saran:SRN vaishali:VSL samastipur:SMP begusarai:BGS khagaria:KHG katihar:KTH .",
    "buxar:BXR bhojpur:BHJ patna:PTN nalanda:NLD lakhisarai:LKS munger:MNG bhagalpur:BGP .",
    "kaimur:KMR rohtas:RHT arwal:ARW jehanabad:JHN sheikhpura:SKP jamui:JMI banka:BNK .",
    ". . aurangabad:AUR gaya:GYA nawada:NWD . . .",
  ],
  "uttar-pradesh": [
    "saharanpur:SRP . . . . . . . . . .",
    "shamali:SML muzaffarnagar:MZN bijnor:BJN . . . . . . . .",
    "baghpat:BGP meerut:MRT amroha:AMR moradabad:MRD rampur:RMP . . . . . .",
    "ghaziabad:GZB hapur:HPR sambhal:SBL budaun:BDN bareilly:BRL pilibhit:PLB . . . . .",
    "gautam-buddha-nagar:GBN bulandshahr:BLD kanshiram-nagar:KSR farrukhabad:FRK shahjahanpur:SJP lakhimpur-kheri:LKH bahraich:BRC shravasti:SRV . . .",
    "aligarh:ALG hathras:HTR etah:ETH kannauj:KNJ hardoi:HRD sitapur:STP barabanki:BBK gonda:GND balrampur:BLP siddharth-nagar:SDN maharajganj:MRJ",
    "mathura:MTR firozabad:FRZ mainpuri:MNP kanpur-dehat:KPD unnao:UNN lucknow:LKO faizabad:FZB basti:BST sant-kabir-nagar:SKN gorakhpur:GKP kushinagar:KSN",
    "agra:AGR etawah:ETW auraiya:ARY kanpur-nagar:KPN raebareli:RBL amethi:AMT sultanpur:STN ambedkar-nagar:ABN azamgarh:AZM mau:MAU deoria:DEO",
    ". jalaun:JLN hamirpur:HMR fatehpur:FTP kaushambi:KSB pratapgarh:PTG jaunpur:JNP bhadohi:BDH varanasi:VNS ghazipur:GZP ballia:BLA",
    "jhansi:JHS mahoba:MHB banda:BND chitrakoot:CTK allahabad:ALD . . mirzapur:MZP chandauli:CDL . .",
    "lalitpur:LLP . . . . . . sonbhadra:SBD . . .",
  ],
  meghalaya: [
    ". north-garo-hills:NGH . ri-bhoi:RBH .",
    "west-garo-hills:WGH east-garo-hills:EGH west-khasi-hills:WKH east-khasi-hills:EKH west-jaintia-hills:WJH",
    "south-west-garo-hills:SWG south-garo-hills:SGH south-west-khasi-hills:SWK . east-jaintia-hills:EJH",
  ],
  "arunachal-pradesh": [
    ". . . . upper-siang:USI dibang-valley:DBV .",
    "tawang:TWG . kurung-kumey:KRK upper-subansiri:USB siang:SIA lower-dibang-valley:LDV anjaw:ANJ",
    "west-kameng:WKM east-kameng:EKM kra-daadi:KRD west-siang:WSI east-siang:ESI lohit:LOH .",
    ". . papum-pare:PPR lower-subansiri:LSB lower-siang:LSI namsai:NMS changlang:CHG",
    ". . . . . longding:LDG tirap:TRP",
  ],
};

/** Tiles of a state's districts; `undefined` where no table has been written. */
export function districtTiles(state: string): readonly Tile[] | undefined {
  return GRIDS[state]?.flatMap((line, row) =>
    line.split(/\s+/).flatMap((cell, column) => {
      const [code = "", short] = cell.split(":");
      return short === undefined ? [] : [{ code, short, column, row }];
    }),
  );
}

/** Without a table: in the order that is given, as many in a row as there are rows, and the names' own letters. */
export function plainTiles(
  places: readonly { readonly code: string; readonly name: string }[],
): readonly Tile[] {
  const columns = Math.ceil(Math.sqrt(places.length));
  const shorts = shortNames(
    places.map(({ name }) => name),
    3,
  );
  return places.map(({ code, name }, index) => ({
    code,
    short: shorts[index] ?? name,
    column: index % columns,
    row: Math.floor(index / columns),
  }));
}
