// Writes signals.json: strings made and read back by the reference libraries, so that our reading can be held against
// theirs. Run it in an empty directory after `npm install @iabtcf/core@1.5.6 @iabgpp/cmpapi@3.2.0`; see README.md.
import { writeFileSync } from 'node:fs';
import { TCModel, TCString, GVL, PurposeRestriction, RestrictionType, Segment } from '@iabtcf/core';
import { createRequire } from 'node:module';
const { GppModel } = createRequire(process.cwd() + '/')(process.cwd() + '/node_modules/@iabgpp/cmpapi/lib/cjs/encoder/GppModel.js');

let state = 20261121;
const random = () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 4294967296; };
const upTo = n => Math.floor(random() * n);
const some = (from, share) => from.filter(() => random() < share);
const oneOf = list => list[upTo(list.length)];

const purposes = Array.from({ length: 11 }, (_, i) => i + 1);
const vendors = [...Array.from({ length: 40 }, (_, i) => i + 1), 100, 101, 102, 103, 250, 404, 755, 1200];
const named = ids => Object.fromEntries(ids.map(id => [id, { id, name: `n${id}`, description: '', illustrations: [] }]));
const list = {
  gvlSpecificationVersion: 3, vendorListVersion: 99, tcfPolicyVersion: 5, lastUpdated: '2025-06-01T00:00:00Z',
  purposes: named(purposes), specialPurposes: named([1, 2, 3]), features: named([1, 2, 3]), specialFeatures: named([1, 2]), stacks: {}, dataCategories: {},
  vendors: Object.fromEntries(vendors.map(id => [id, {
    id, name: `v${id}`, purposes: [1, 3, 4, 5, 6, 10], legIntPurposes: [2, 7, 8, 9, 11], flexiblePurposes: [2, 7, 8, 9, 10, 11],
    specialPurposes: [1], features: [1], specialFeatures: [1, 2], policyUrl: 'https://v.example/', usesCookies: true,
  }])),
};

const ids = vector => { const all = []; vector.forEach((has, id) => { if (has) all.push(id); }); return all; };

function tcf() {
  const model = new TCModel(new GVL(structuredClone(list)));
  const day = Date.UTC(2025, 11, 31) - upTo(500) * 86_400_000;
  Object.assign(model, { cmpId: 1 + upTo(500), cmpVersion: 1 + upTo(50), consentScreen: upTo(5), consentLanguage: oneOf(['EN', 'DE', 'FR']), publisherCountryCode: oneOf(['DE', 'BR', 'AA']), isServiceSpecific: true, purposeOneTreatment: random() < 0.1 });
  model.purposeConsents.set(some(purposes, oneOf([0.2, 0.9, 1])));
  model.purposeLegitimateInterests.set(some([2, 7, 8, 9, 10, 11], 0.5));
  model.specialFeatureOptins.set(some([1, 2], 0.5));
  const dense = random() < 0.5 ? vendors.filter(v => v <= 40) : some(vendors, oneOf([0.1, 0.5]));
  model.vendorConsents.set(dense);
  model.vendorLegitimateInterests.set(some(vendors, 0.1));
  model.vendorsDisclosed.set(random() < 0.7 ? vendors : some(vendors, 0.3));
  model.publisherConsents.set(some(purposes, oneOf([0.2, 0.9, 1])));
  model.publisherLegitimateInterests.set(some(purposes, 0.3));
  model.numCustomPurposes = upTo(4);
  model.publisherCustomConsents.set(Array.from({ length: model.numCustomPurposes }, (_, i) => i + 1).filter(() => random() < 0.5));
  if (random() < 0.4)
    for (let n = upTo(12); n > 0; n--)
      model.publisherRestrictions.add(oneOf(vendors), new PurposeRestriction(oneOf(purposes), oneOf([RestrictionType.NOT_ALLOWED, RestrictionType.NOT_ALLOWED, RestrictionType.REQUIRE_CONSENT])));
  model.created = new Date(day - upTo(3) * 86_400_000);
  model.lastUpdated = new Date(day);
  model.policyVersion = oneOf([2, 4, 5, 5, 5]);
  const segments = [Segment.CORE, ...(random() < 0.9 ? [Segment.VENDORS_DISCLOSED] : []), ...(random() < 0.5 ? [Segment.PUBLISHER_TC] : [])];
  return TCString.encode(model, { version: 2, segments });
}

function tcfReport(text) {
  const m = TCString.decode(text);
  const has = kind => text.split('.').slice(1).some(s => Math.floor('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(s[0]) / 8) === kind);
  return {
    text, created: m.created.getTime(), lastUpdated: m.lastUpdated.getTime(), policyVersion: m.policyVersion, serviceSpecific: m.isServiceSpecific,
    specialFeatures: ids(m.specialFeatureOptins), consents: ids(m.purposeConsents), legitimateInterests: ids(m.purposeLegitimateInterests), vendors: ids(m.vendorConsents),
    disclosed: has(1) ? ids(m.vendorsDisclosed) : null, publisher: has(3) ? ids(m.publisherConsents) : null,
    restrictions: m.publisherRestrictions.getRestrictions().map(r => ({ purpose: r.purposeId, kind: r.restrictionType, vendors: m.publisherRestrictions.getVendors(r) })),
  };
}

function gpp() {
  const model = new GppModel();
  const two = () => oneOf([0, 0, 1, 2, 2]);
  const quiet = () => oneOf([0, 2]);
  if (random() < 0.6) model.decodeSection('tcfeuv2', tcf());
  if (random() < 0.3) model.setFieldValue('uspv1', 'OptOutSale', 'Y');
  if (random() < 0.8) {
    const value = random() < 0.5 ? two : quiet;
    model.setFieldValue('usnat', 'Version', oneOf([1, 2]));
    for (const f of ['SharingNotice', 'SaleOptOutNotice', 'SharingOptOutNotice', 'TargetedAdvertisingOptOutNotice', 'SensitiveDataProcessingOptOutNotice', 'SensitiveDataLimitUseNotice', 'MspaOptOutOptionMode', 'MspaServiceProviderMode'])
      model.setFieldValue('usnat', f, two());
    for (const f of ['SaleOptOut', 'SharingOptOut', 'TargetedAdvertisingOptOut', 'PersonalDataConsents']) model.setFieldValue('usnat', f, value());
    model.setFieldValue('usnat', 'SensitiveDataProcessing', Array.from({ length: 16 }, () => random() < 0.1 ? two() : quiet()));
    model.setFieldValue('usnat', 'KnownChildSensitiveDataConsents', Array.from({ length: 3 }, () => random() < 0.1 ? two() : quiet()));
    model.setFieldValue('usnat', 'MspaCoveredTransaction', oneOf([1, 2]));
    model.setFieldValue('usnat', 'GpcSegmentIncluded', random() < 0.6);
    model.setFieldValue('usnat', 'Gpc', random() < 0.4);
  }
  if (random() < 0.4) model.setFieldValue('usca', 'SaleOptOut', two());
  if (random() < 0.3) model.setFieldValue('usva', 'SaleOptOut', two());
  if (random() < 0.3) model.setFieldValue('usmt', 'SaleOptOut', two());
  return model.encode();
}

function gppReport(text) {
  const read = new GppModel(text);
  const us = read.getSection('usnat');
  return {
    text, sections: read.getSectionIds(), bodies: text.split('~').slice(1),
    usnat: us && {
      version: us.Version, saleOptOut: us.SaleOptOut, sharingOptOut: us.SharingOptOut, targetedAdvertisingOptOut: us.TargetedAdvertisingOptOut, sensitive: us.SensitiveDataProcessing,
      children: us.KnownChildSensitiveDataConsents, personalData: us.PersonalDataConsents, gpc: us.GpcSegmentIncluded !== false && us.Gpc === true,
    },
  };
}

const many = (n, make) => Array.from({ length: n }, make);
const lines = all => '[\n' + all.map(one => '    ' + JSON.stringify(one)).join(',\n') + '\n  ]';
const published = {
  tcf: ['CQSbk4AQSbk4ANwAAAENAwCgAAAAAAAAAAYgACPAAAAA.IDKQA4AAgAKAGQAygAAA', 'COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA', 'CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA',
    'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw'],
  gpp: ['DBABM~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA', 'DBACNY~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN', 'DBABjw~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN',
    'DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN', 'DBABLA~BVQqAAAAAgA.QA'],
};
writeFileSync('signals.json', `{\n  "tcf": ${lines([...published.tcf, ...many(70, tcf)].map(tcfReport))},\n  "gpp": ${lines([...published.gpp, ...many(70, gpp)].map(gppReport))}\n}\n`);
