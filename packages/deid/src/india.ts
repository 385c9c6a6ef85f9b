/**
 * States, union territories and districts of India as the programme's forms offer them (names of the Local Government
 * Directory), with what they lack: the Andaman and Nicobar Islands, and as one the two territories that are one since 2020. A name
 * in parentheses is another name of the word before it, or of the whole.
 */
export const DISTRICTS_BY_STATE: Readonly<Record<string, string>> = {
  "Andaman and Nicobar Islands (UT)": "Nicobars|North and Middle Andaman|South Andaman",
  "Andhra Pradesh":
    "Anantapur|Chittoor|East Godavari|Guntur|Krishna|Kurnool|Nellore|Prakasam|Srikakulam|Visakhapatnam|Vizianagaram|West Godavari|YSR Kadapa",
  "Arunachal Pradesh":
    "Anjaw|Changlang|Dibang Valley|East Kameng|East Siang|Kra Daadi|Kurung Kumey|Lohit|Longding|Lower Dibang Valley|Lower Siang|Lower Subansiri|Namsai|Papum Pare|Siang|Tawang|Tirap|Upper Siang|Upper Subansiri|West Kameng|West Siang",
  Assam:
    "Baksa|Barpeta|Biswanath|Bongaigaon|Cachar|Charaideo|Chirang|Darrang|Dhemaji|Dhubri|Dibrugarh|Dima Hasao|Goalpara|Golaghat|Hailakandi|Hojai|Jorhat|Kamrup|Kamrup Metropolitan|Karbi Anglong|Karimganj|Kokrajhar|Lakhimpur|Majuli|Morigaon|Nagaon|Nalbari|Sivasagar|Sonitpur|South Salmara-Mankachar|Tinsukia|Udalguri|West Karbi Anglong",
  Bihar:
    "Araria|Arwal|Aurangabad|Banka|Begusarai|Bhagalpur|Bhojpur|Buxar|Darbhanga|East Champaran (Motihari)|Gaya|Gopalganj|Jamui|Jehanabad|Kaimur (Bhabua)|Katihar|Khagaria|Kishanganj|Lakhisarai|Madhepura|Madhubani|Munger (Monghyr)|Muzaffarpur|Nalanda|Nawada|Patna|Purnia (Purnea)|Rohtas|Saharsa|Samastipur|Saran|Sheikhpura|Sheohar|Sitamarhi|Siwan|Supaul|Vaishali|West Champaran",
  "Chandigarh (UT)": "Chandigarh",
  Chhattisgarh:
    "Balod|Baloda Bazar|Balrampur|Bastar|Bemetara|Bijapur|Bilaspur|Dantewada (South Bastar)|Dhamtari|Durg|Gariyaband|Janjgir-Champa|Jashpur|Kabirdham (Kawardha)|Kanker (North Bastar)|Kondagaon|Korba|Korea (Koriya)|Mahasamund|Mungeli|Narayanpur|Raigarh|Raipur|Rajnandgaon|Sukma|Surajpur|Surguja",
  "Dadra and Nagar Haveli and Daman and Diu (UT)": "Dadra & Nagar Haveli|Daman|Diu",
  "Delhi (NCT)":
    "Central Delhi|East Delhi|New Delhi|North Delhi|North East  Delhi|North West  Delhi|Shahdara|South Delhi|South East Delhi|South West  Delhi|West Delhi",
  Goa: "North Goa|South Goa",
  Gujarat:
    "Ahmedabad|Amreli|Anand|Aravalli|Banaskantha (Palanpur)|Bharuch|Bhavnagar|Botad|Chhota Udepur|Dahod|Dangs (Ahwa)|Devbhoomi Dwarka|Gandhinagar|Gir Somnath|Jamnagar|Junagadh|Kachchh|Kheda (Nadiad)|Mahisagar|Mehsana|Morbi|Narmada (Rajpipla)|Navsari|Panchmahal (Godhra)|Patan|Porbandar|Rajkot|Sabarkantha (Himmatnagar)|Surat|Surendranagar|Tapi (Vyara)|Vadodara|Valsad",
  Haryana:
    "Ambala|Bhiwani|Charkhi Dadri|Faridabad|Fatehabad|Gurgaon|Hisar|Jhajjar|Jind|Kaithal|Karnal|Kurukshetra|Mahendragarh|Mewat|Palwal|Panchkula|Panipat|Rewari|Rohtak|Sirsa|Sonipat|Yamunanagar",
  "Himachal Pradesh":
    "Bilaspur|Chamba|Hamirpur|Kangra|Kinnaur|Kullu|Lahaul &amp; Spiti|Mandi|Shimla|Sirmaur (Sirmour)|Solan|Una",
  "Jammu and Kashmir":
    "Anantnag|Bandipore|Baramulla|Budgam|Doda|Ganderbal|Jammu|Kargil|Kathua|Kishtwar|Kulgam|Kupwara|Leh|Poonch|Pulwama|Rajouri|Ramban|Reasi|Samba|Shopian|Srinagar|Udhampur",
  Jharkhand:
    "Bokaro|Chatra|Deoghar|Dhanbad|Dumka|East Singhbhum|Garhwa|Giridih|Godda|Gumla|Hazaribag|Jamtara|Khunti|Koderma|Latehar|Lohardaga|Pakur|Palamu|Ramgarh|Ranchi|Sahibganj|Seraikela-Kharsawan|Simdega|West Singhbhum",
  Karnataka:
    "Bagalkot|Ballari (Bellary)|Belagavi (Belgaum)|Bengaluru (Bangalore) Rural|Bengaluru (Bangalore) Urban|Bidar|Chamarajanagar|Chikballapur|Chikkamagaluru (Chikmagalur)|Chitradurga|Dakshina Kannada|Davangere|Dharwad|Gadag|Hassan|Haveri|Kalaburagi (Gulbarga)|Kodagu|Kolar|Koppal|Mandya|Mysuru (Mysore)|Raichur|Ramanagara|Shivamogga (Shimoga)|Tumakuru (Tumkur)|Udupi|Uttara Kannada (Karwar)|Vijayapura (Bijapur)|Yadgir",
  Kerala:
    "Alappuzha|Ernakulam|Idukki|Kannur|Kasaragod|Kollam|Kottayam|Kozhikode|Malappuram|Palakkad|Pathanamthitta|Thiruvananthapuram|Thrissur|Wayanad",
  "Lakshadweep (UT)": "Agatti|Amini|Androth|Bithra|Chethlath|Kadmath|Kalpeni|Kavaratti|Kilthan|Minicoy",
  "Madhya Pradesh":
    "Agar Malwa|Alirajpur|Anuppur|Ashoknagar|Balaghat|Barwani|Betul|Bhind|Bhopal|Burhanpur|Chhatarpur|Chhindwara|Damoh|Datia|Dewas|Dhar|Dindori|Guna|Gwalior|Harda|Hoshangabad|Indore|Jabalpur|Jhabua|Katni|Khandwa|Khargone|Mandla|Mandsaur|Morena|Narsinghpur|Neemuch|Panna|Raisen|Rajgarh|Ratlam|Rewa|Sagar|Satna|Sehore|Seoni|Shahdol|Shajapur|Sheopur|Shivpuri|Sidhi|Singrauli|Tikamgarh|Ujjain|Umaria|Vidisha",
  Maharashtra:
    "Ahmednagar|Akola|Amravati|Aurangabad|Beed|Bhandara|Buldhana|Chandrapur|Dhule|Gadchiroli|Gondia|Hingoli|Jalgaon|Jalna|Kolhapur|Latur|Mumbai City|Mumbai Suburban|Nagpur|Nanded|Nandurbar|Nashik|Osmanabad|Palghar|Parbhani|Pune|Raigad|Ratnagiri|Sangli|Satara|Sindhudurg|Solapur|Thane|Wardha|Washim|Yavatmal",
  Manipur:
    "Bishnupur|Chandel|Churachandpur|Imphal East|Imphal West|Jiribam|Kakching|Kamjong|Kangpokpi|Noney|Pherzawl|Senapati|Tamenglong|Tengnoupal|Thoubal|Ukhrul",
  Meghalaya:
    "East Garo Hills|East Jaintia Hills|East Khasi Hills|North Garo Hills|Ri Bhoi|South Garo Hills|South West Garo Hills|South West Khasi Hills|West Garo Hills|West Jaintia Hills|West Khasi Hills",
  Mizoram: "Aizawl|Champhai|Kolasib|Lawngtlai|Lunglei|Mamit|Saiha|Serchhip",
  Nagaland: "Dimapur|Kiphire|Kohima|Longleng|Mokokchung|Mon|Peren|Phek|Tuensang|Wokha|Zunheboto",
  Odisha:
    "Angul|Balangir|Balasore|Bargarh|Bhadrak|Boudh|Cuttack|Deogarh|Dhenkanal|Gajapati|Ganjam|Jagatsinghapur|Jajpur|Jharsuguda|Kalahandi|Kandhamal|Kendrapara|Kendujhar (Keonjhar)|Khordha|Koraput|Malkangiri|Mayurbhanj|Nabarangpur|Nayagarh|Nuapada|Puri|Rayagada|Sambalpur|Sonepur|Sundargarh",
  "Puducherry (UT)": "Karaikal|Mahe|Pondicherry|Yanam",
  Punjab:
    "Amritsar|Barnala|Bathinda|Faridkot|Fatehgarh Sahib|Fazilka|Ferozepur|Gurdaspur|Hoshiarpur|Jalandhar|Kapurthala|Ludhiana|Mansa|Moga|Muktsar|Nawanshahr (Shahid Bhagat Singh Nagar)|Pathankot|Patiala|Rupnagar|Sahibzada Ajit Singh Nagar (Mohali)|Sangrur|Tarn Taran",
  Rajasthan:
    "Ajmer|Alwar|Banswara|Baran|Barmer|Bharatpur|Bhilwara|Bikaner|Bundi|Chittorgarh|Churu|Dausa|Dholpur|Dungarpur|Hanumangarh|Jaipur|Jaisalmer|Jalore|Jhalawar|Jhunjhunu|Jodhpur|Karauli|Kota|Nagaur|Pali|Pratapgarh|Rajsamand|Sawai Madhopur|Sikar|Sirohi|Sri Ganganagar|Tonk|Udaipur",
  Sikkim: "East Sikkim|North Sikkim|South Sikkim|West Sikkim",
  "Tamil Nadu":
    "Ariyalur|Chennai|Coimbatore|Cuddalore|Dharmapuri|Dindigul|Erode|Kanchipuram|Kanyakumari|Karur|Krishnagiri|Madurai|Nagapattinam|Namakkal|Nilgiris|Perambalur|Pudukkottai|Ramanathapuram|Salem|Sivaganga|Thanjavur|Theni|Thoothukudi (Tuticorin)|Tiruchirappalli|Tirunelveli|Tiruppur|Tiruvallur|Tiruvannamalai|Tiruvarur|Vellore|Viluppuram|Virudhunagar",
  Telangana:
    "Adilabad|Bhadradri Kothagudem|Hyderabad|Jagtial|Jangaon|Jayashankar Bhoopalpally|Jogulamba Gadwal|Kamareddy|Karimnagar|Khammam|Komaram Bheem Asifabad|Mahabubabad|Mahabubnagar|Mancherial|Medak|Medchal|Nagarkurnool|Nalgonda|Nirmal|Nizamabad|Peddapalli|Rajanna Sircilla|Rangareddy|Sangareddy|Siddipet|Suryapet|Vikarabad|Wanaparthy|Warangal (Rural)|Warangal (Urban)|Yadadri Bhuvanagiri",
  Tripura: "Dhalai|Gomati|Khowai|North Tripura|Sepahijala|South Tripura|Unakoti|West Tripura",
  "Uttar Pradesh":
    "Agra|Aligarh|Allahabad|Ambedkar Nagar|Amethi (Chatrapati Sahuji Mahraj Nagar)|Amroha (J.P. Nagar)|Auraiya|Azamgarh|Baghpat|Bahraich|Ballia|Balrampur|Banda|Barabanki|Bareilly|Basti|Bhadohi|Bijnor|Budaun|Bulandshahr|Chandauli|Chitrakoot|Deoria|Etah|Etawah|Faizabad|Farrukhabad|Fatehpur|Firozabad|Gautam Buddha Nagar|Ghaziabad|Ghazipur|Gonda|Gorakhpur|Hamirpur|Hapur (Panchsheel Nagar)|Hardoi|Hathras|Jalaun|Jaunpur|Jhansi|Kannauj|Kanpur Dehat|Kanpur Nagar|Kanshiram Nagar (Kasganj)|Kaushambi|Kushinagar (Padrauna)|Lakhimpur - Kheri|Lalitpur|Lucknow|Maharajganj|Mahoba|Mainpuri|Mathura|Mau|Meerut|Mirzapur|Moradabad|Muzaffarnagar|Pilibhit|Pratapgarh|RaeBareli|Rampur|Saharanpur|Sambhal (Bhim Nagar)|Sant Kabir Nagar|Shahjahanpur|Shamali (Prabuddh Nagar)|Shravasti|Siddharth Nagar|Sitapur|Sonbhadra|Sultanpur|Unnao|Varanasi",
  Uttarakhand:
    "Almora|Bageshwar|Chamoli|Champawat|Dehradun|Haridwar|Nainital|Pauri Garhwal|Pithoragarh|Rudraprayag|Tehri Garhwal|Udham Singh Nagar|Uttarkashi",
  "West Bengal":
    "Alipurduar|Bankura|Birbhum|Burdwan (Bardhaman)|Cooch Behar|Dakshin Dinajpur (South Dinajpur)|Darjeeling|Hooghly|Howrah|Jalpaiguri|Kalimpong|Kolkata|Malda|Murshidabad|Nadia|North 24 Parganas|Paschim Medinipur (West Medinipur)|Purba Medinipur (East Medinipur)|Purulia|South 24 Parganas|Uttar Dinajpur (North Dinajpur)",
  Ladakh: "Kargil|Leh (Leh Ladakh)",
};

/** Other names that occur for the names above: later renamings, older spellings, other scripts. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  Karnataka: "ಕರ್ನಾಟಕ|कर्नाटक",
  "Tamil Nadu": "தமிழ்நாடு|Tamilnadu",
  Bihar: "बिहार",
  "Uttar Pradesh": "उत्तर प्रदेश|U.P.|UP",
  Assam: "অসম|असम",
  Meghalaya: "मेघालय",
  Odisha: "Orissa",
  Puducherry: "Pondicherry",
  "Delhi (NCT)": "NCT of Delhi|New Delhi",
  Uttarakhand: "Uttaranchal",
  "Andaman and Nicobar Islands (UT)":
    "Andaman and Nicobar|Andaman & Nicobar|Andaman & Nicobar Islands|Andaman & Nicobar (UT)",
  "Dadra and Nagar Haveli and Daman and Diu (UT)":
    "Dadra and Nagar Haveli|Dadra & Nagar Haveli|Dadra and Nagar Haveli (UT)|Daman and Diu|Daman & Diu|Daman and Diu (UT)|" +
    "Dadra & Nagar Haveli and Daman & Diu|Dadra & Nagar Haveli & Daman & Diu|The Dadra and Nagar Haveli and Daman and Diu|DNHDD",
  Nicobars: "Nicobar",
  "North and Middle Andaman": "North & Middle Andaman",
  Telangana: "తెలంగాణ",
  "Bengaluru (Bangalore) Urban": "ಬೆಂಗಳೂರು ನಗರ|Bengaluru|Bangalore",
  "Mysuru (Mysore)": "ಮೈಸೂರು",
  "Tumakuru (Tumkur)": "ತುಮಕೂರು",
  Raichur: "ರಾಯಚೂರು",
  Allahabad: "Prayagraj",
  Faizabad: "Ayodhya",
  Gurgaon: "Gurugram",
  Mewat: "Nuh",
  Hoshangabad: "Narmadapuram",
  Aurangabad: "Chhatrapati Sambhajinagar",
  Osmanabad: "Dharashiv",
  Ramanagara: "Bengaluru South",
  Kanchipuram: "Kancheepuram",
  Tiruchirappalli: "Trichy",
  Thoothukudi: "Tuticorin",
  Varanasi: "वाराणसी",
  Gaya: "गया",
  Patna: "पटना",
};

/**
 * Districts of fewer than 100,000 people (census of 2011): for these the state alone is released, and the district is
 * dropped.
 */
export const SMALL_DISTRICTS =
  "Dibang Valley|Anjaw|Upper Siang|Kurung Kumey|Kra Daadi|Lower Dibang Valley|East Kameng|West Kameng|Tawang|Longding|" +
  "Lower Subansiri|Upper Subansiri|East Siang|Siang|Lower Siang|Namsai|Lahaul and Spiti|Lahaul & Spiti|Lahaul|Kinnaur|" +
  "North Sikkim|Diu|Mahe|Yanam|Agatti|Amini|Androth|Bithra|Chethlath|Kadmath|Kalpeni|Kavaratti|Kilthan|Minicoy|" +
  "Serchhip|Kolasib|Saiha|Mamit|Longleng|Kiphire|Peren|Nicobar|Nicobars|Noney|Pherzawl|Kamjong|Tengnoupal|Jiribam";
