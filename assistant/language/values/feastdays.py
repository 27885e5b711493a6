"""When the feasts are: the rule of each and the names it has."""

from __future__ import annotations

TABLE = """
1-1: new years day, new years
1-6: epiphany, three kings day
1-7: orthodox christmas, orthodox christmas day
1-14: orthodox new year
1-25: burns night, burns day
1-26: australia day
2-2: groundhog day, candlemas
2-4: world cancer day
2-6: waitangi day
2-13: world radio day
2-14: valentines, valentines day, st valentines day
2-21: international mother language day, mother language day
3-1: st davids day
3-8: womens day, international womens day
3-14: pi day, white day
3-17: st patricks day, st paddys day, st patricks, st paddys
3-20: international day of happiness
3-21: world poetry day, world down syndrome day
3-22: world water day
3-25: annunciation, lady day
4-1: april fools day, april fools, all fools day
4-2: world autism awareness day
4-7: world health day
4-10: siblings day
4-15: tax day
4-16: emancipation day
4-22: earth day
4-23: st georges day
4-25: anzac day, world malaria day
4-27: kings day, koningsdag
5-1: may day, workers day, international workers day
5-3: world press freedom day
5-4: star wars day
5-5: cinco de mayo
5-8: ve day
5-12: international nurses day
5-15: international day of families
5-25: towel day, africa day
5-31: world no tobacco day
6-1: global day of parents
6-5: world environment day
6-8: world oceans day
6-12: loving day
6-14: flag day, world blood donor day
6-19: juneteenth
6-20: world refugee day
6-21: international yoga day, international day of yoga, world music day
6-24: midsummer day
6-30: asteroid day, international asteroid day
7-1: canada day
7-4: independence day, us independence day
7-11: world population day
7-14: bastille day
7-18: mandela day, nelson mandela day
7-30: international friendship day, international day of friendship
8-12: international youth day
8-15: assumption day, assumption of mary, feast of the assumption
8-19: world humanitarian day
9-8: international literacy day
9-17: constitution day
9-21: international day of peace, world peace day
9-27: world tourism day
9-29: michaelmas
10-2: gandhi jayanti
10-4: world animal day
10-5: world teachers day
10-9: world post day
10-10: world mental health day
10-16: boss day, world food day
10-24: united nations day
10-31: halloween, all hallows eve, reformation day
11-1: all saints day, all hallows day, world vegan day
11-2: all souls day, day of the dead, dia de los muertos
11-5: guy fawkes night, guy fawkes day, guy fawkes, bonfire night
11-11: veterans day, remembrance day, armistice day, singles day
11-14: world diabetes day
11-19: international mens day, world toilet day
11-20: universal childrens day, world childrens day
11-30: st andrews day
12-1: world aids day
12-3: international day of persons with disabilities
12-5: international volunteer day, world soil day
12-6: st nicholas day
12-7: pearl harbor day
12-8: immaculate conception, feast of the immaculate conception
12-9: international anti corruption day
12-10: human rights day
12-11: international mountain day
12-13: st lucys day, st lucias day
12-18: international migrants day
12-23: festivus
12-25: christmas, xmas, christmas day, x mas
12-26: boxing day, st stephens day, kwanzaa
12-31: nye, silvester, old years night, hogmanay
3 mon 1: mlk day, civil rights day, martin luther king day, martin luther king jr day
3 mon 1: dr martin luther king jr day
2 tue 2: safer internet day
3 mon 2: presidents day, washingtons birthday
2 mon 3: commonwealth day
-1 sat 4 -3: administrative professionals day
-1 fri 4: arbor day
3 mon 4: patriots day
-1 mon 5: memorial day, spring bank holiday
1 mon 5: early may bank holiday
2 sun 5: mothers day
2 sun 5 -2: military spouse day
3 sat 5: armed forces day
1 fri 6: national donut day, national doughnut day
3 sun 6: fathers day
-1 fri 7: sysadmin day, system administrator appreciation day
4 sun 7: parents day
-1 mon 8: august bank holiday, summer bank holiday
1 mon 9 +6: grandparents day
1 mon 9: labor day
1 mon 10: world habitat day
2 mon 10: columbus day, indigenous peoples day, canadian thanksgiving
2 thu 10: world sight day
1 mon 11 +1: election day
2 sun 11: remembrance sunday
4 thu 11: thanksgiving, thanksgiving day
4 thu 11 +1: black friday
4 thu 11 +4: cyber monday
4 thu 11 +2: small business saturday
4 thu 11 +5: giving tuesday
easter -47: shrove tuesday, mardi gras, pancake day, fat tuesday
easter -48: rose monday
easter -46: ash wednesday
easter -21: mothering sunday
easter -7: palm sunday, branch sunday
easter -3: maundy thursday, holy thursday
easter -2: good friday, great friday
easter -1: holy saturday, easter saturday
easter: easter, easter sunday, easter day
easter +1: easter monday
easter +39: ascension, ascension day, ascension thursday
easter +49: pentecost, white sunday, whitsun, whitsunday, whit sunday, pentecost sunday
easter +50: whit monday, pentecost monday
easter +56: trinity sunday
easter +60: corpus christi
easter -52: fat thursday
easter +7: divine mercy sunday
orthodox -48: clean monday, great lent
orthodox -8: lazarus saturday
orthodox -7: orthodox palm sunday
orthodox -2: orthodox good friday, orthodox great friday
orthodox: orthodox easter, greek easter, orthodox easter sunday
orthodox +1: orthodox easter monday
orthodox -3: orthodox maundy thursday
orthodox -1: orthodox holy saturday
orthodox +39: orthodox ascension, orthodox ascension day
orthodox +49: orthodox pentecost
chinese lunar_new_year: chinese new year, lunar new year, chinese new years day
chinese dragon_boat: dragon boat festival
chinese mid_autumn: mid autumn festival, moon festival
chinese double_ninth: double ninth festival
chinese qingming: qingming, tomb sweeping day
hebrew purim: purim
hebrew passover: passover, pesach, pesah
hebrew lag_baomer: lag baomer, lag bomer
hebrew shavuot: shavuot, shavuoth
hebrew tisha_bav: tisha bav
hebrew rosh_hashanah: rosh hashanah, rosh hashana, jewish new year
hebrew yom_kippur: yom kippur, day of atonement
hebrew sukkot: sukkot, succot, sukkoth, feast of tabernacles
hebrew hanukkah: hanukkah, chanukah, hanukah, hannukah, chanukkah
hebrew purim +1: shushan purim
hebrew sukkot +7: shemini atzeret
islamic ramadan_beginning: ramadan, ramzan, ramazan
islamic eid_al_fitr: eid al fitr, eid ul fitr
islamic eid_al_adha: eid al adha, eid ul adha, bakr eid, bakri eid
islamic laylat_al_qadr: laylat al qadr
islamic isra_and_miraj: isra and miraj
islamic hijri_new_year: islamic new year, hijri new year, muharram
islamic ashura: ashura, day of ashura
islamic mawlid: mawlid
islamic jumuatul_wida: jumuatul wida, jamat ul vida
hindu diwali_india: diwali, deepavali
hindu holi: holi
hindu dussehra: dussehra, vijayadashami
hindu raksha_bandhan: raksha bandhan, rakhi
hindu ganesh_chaturthi: ganesh chaturthi
hindu janmashtami: janmashtami, krishna janmashtami
hindu maha_shivaratri: maha shivaratri
hindu pongal: pongal, thai pongal
hindu makar_sankranti: makar sankranti, maghi
hindu onam: onam, thiru onam, thiruvonam
hindu ram_navami: ram navami, rama navami
hindu hanuman_jayanti: hanuman jayanti
hindu mahavir_jayanti: mahavir jayanti
hindu guru_nanak_jayanti: guru nanak jayanti
hindu karwa_chauth: karva chauth, karwa chauth
hindu rath_yatra: ratha yatra, rath yatra
hindu gudi_padwa: gudi padwa, ugadi
hindu basant_panchami: vasant panchami, basant panchami
hindu chhath_puja: chhath puja, chhath
hindu thaipusam: thaipusam
hindu vaisakhi: vaisakhi, baisakhi
hindu makar_sankranti -1: lohri
hindu pongal -1: bhogi
hindu pongal +1: mattu pongal
hindu holi -1: holika dahan, chhoti holi
hindu naraka_chaturdashi: naraka chaturdashi, chhoti diwali
hindu sharad_navratri: navratri, navaratri, sharad navratri
hindu guru_gobind_singh_jayanti: guru gobind singh jayanti
hindu guru_ravidas_jayanti: guru ravidas jayanti, guru ravidass jayanti
hindu maharshi_valmiki_jayanti: maharishi valmiki jayanti, valmiki jayanti
hindu swami_dayanand_saraswati_jayanti: dayananda saraswati jayanti
hindu guru_purnima: guru purnima
hindu buddha_purnima: buddha purnima
hindu vishu: vishu
hindu puthandu: puthandu
hindu kali_puja: kali puja
buddhist vesak_may: vesak, wesak, buddha day
"""
"""A rule and the names it has. Names end in "day" or "eve" by composition too."""
