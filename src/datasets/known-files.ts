/** @file Files of surveys that are tables as they are: where they lie, and their checksums as far as they are known here. */

/** What a file's bytes are compared with. */
export interface Checksum {
  readonly kind: "sha256" | "sha1";
  /** Hexadecimal. */
  readonly digits: string;
}

export interface KnownFile {
  /** What it is called on the command line. */
  readonly name: string;
  readonly about: string;
  readonly citation: string;
  readonly url: string;
  /** The name that it is kept under. */
  readonly file: string;
  /** Absent where nobody has told it to us: then a user has to. */
  readonly checksum?: Checksum;
}

const LEUNG_BOVY = "Leung & Bovy (2024), arXiv:2407.15703; Zenodo 12738256";

const zenodo = (record: number, file: string) =>
  `https://zenodo.org/records/${record}/files/${file}?download=1`;

export const KNOWN_FILES: readonly KnownFile[] = [
  {
    name: "training_set",
    about: "the published training set, 396,718 stars of APOGEE and Gaia (HDF5, as it is)",
    citation: LEUNG_BOVY,
    url: zenodo(12_738_256, "training_set.h5"),
    file: "training_set.h5",
  },
  {
    name: "testing_set",
    about: "the published test set, 44,080 stars (HDF5, as it is)",
    citation: LEUNG_BOVY,
    url: zenodo(12_738_256, "testing_set.h5"),
    file: "testing_set.h5",
  },
  {
    name: "allstar",
    about: "APOGEE DR17's allStar, which anygiven reduce begins with (FITS, several GB)",
    citation: "Abdurro'uf et al. (2022), ApJS 259, 35",
    url: "https://data.sdss.org/sas/dr17/apogee/spectro/aspcap/dr17/synspec_rev1/allStar-dr17-synspec_rev1.fits",
    file: "allStar-dr17-synspec_rev1.fits",
    checksum: { kind: "sha1", digits: "7aa2f381de0e8e246f9833cc7da540ef45096702" },
  },
  {
    name: "combine19",
    about: "the three-dimensional dust map Combined19 of mwdust (HDF5, several GB)",
    citation: "Bovy et al. (2016), ApJ 818, 130; Zenodo 3566060",
    url: zenodo(3_566_060, "combine19.h5"),
    file: "combine19.h5",
  },
];
