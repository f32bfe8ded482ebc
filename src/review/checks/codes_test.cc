#include "support/review_verdicts.h"

namespace inquest::review {
namespace {

using testing::expect_verdicts;

TEST(Codes, AWaitStatusIsASignalOrAnExit) {
  expect_verdicts(
      "exit-status-mismatch",
      {
          {"`Attempted to kill init! exitcode=0x0000000b` means that init exited with status 11.", true},
          {"```\nKernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\n```\n\nInit was killed by "
           "signal 1.",
           true},
          {"The panic said exitcode=0x00000100: init was killed by signal 1.", true},
          {"exitcode=0x00007f00 bedeutet, dass init sich mit Status 7 beendet hat.", true},
          {"The panic said exitcode=0x00000009. It was ended by SIGSEGV.", true},
          {"The agent ended with status 0x8b00, that is exit status 138.", true},
          {"The agent ended with status 0x8b00, that is exit status 139.", false},
          {"`Attempted to kill init! exitcode=0x0000000b` means that init died of signal 11 (SIGSEGV).", false},
          {"The panic said exitcode=0x00000100: init exited with status 1.", false},
          {"exitcode=0x00007f00 bedeutet, dass init sich mit Status 127 beendet hat.", false},
          {"The panic said exitcode=0x00000009. It was ended by SIGKILL.", false},
      });
}

TEST(Codes, SignalsAndErrorsHaveTheirNumbers) {
  expect_verdicts("signal-mismatch", {
                                         {"It was killed by signal 11 (SIGKILL).", true},
                                         {"The job ended with exit code 137, that is SIGTERM.", true},
                                         {"Beendet durch SIGABRT (9).", true},
                                         {"It was killed by signal 11 (SIGSEGV).", false},
                                         {"The job ended with exit code 137, that is SIGKILL.", false},
                                         {"Beendet durch SIGABRT (6).", false},
                                     });
  expect_verdicts("errno-mismatch", {
                                        {"The driver returned -5 (ENOMEM).", true},
                                        {"It failed with error 28 = EACCES.", true},
                                        {"Der Treiber meldete Fehler -110 (EIO).", true},
                                        {"The driver returned -5 (EIO).", false},
                                        {"It failed with error 28 = ENOSPC.", false},
                                        {"Der Treiber meldete Fehler -110 (ETIMEDOUT).", false},
                                    });
}

TEST(Codes, MachineChecksAreWhatTheirStatusSays) {
  expect_verdicts("mce-status-mismatch",
                  {
                      {"Bank 5 had the status be00000000800400, a corrected error.", true},
                      {"The MCE's status was 9c00004000010091. This is an uncorrected error.", true},
                      {"Die MCE hatte den STATUS be00000000800400: ein korrigierter Fehler.", true},
                      {"Bank 5 had the status be00000000800400, an uncorrected error.", false},
                      {"The MCE's status was 9c00004000010091. This is a corrected error.", false},
                      {"Die MCE hatte den STATUS be00000000800400: kein korrigierter Fehler.", false},
                  });
}

TEST(Codes, AerErrorsAreTheBitsThatAreSet) {
  expect_verdicts("aer-status-mismatch", {
                                             {"The AER status 00100000 is a completion timeout.", true},
                                             {"aer_uncor_status: 0x00004000, so a malformed TLP was received.", true},
                                             {"Der AER Status 00000020 bedeutet unsupported request.", true},
                                             {"The AER status 00004000 is a completion timeout.", false},
                                             {"aer_uncor_status: 0x00040000, so a malformed TLP was received.", false},
                                             {"Der AER Status 00100000 bedeutet unsupported request.", false},
                                         });
}

TEST(Codes, PageFaultsAreReadsOrWrites) {
  const std::string report = "```\n#PF: error_code(0x0002) - not-present page\n```\n\n";
  EXPECT_TRUE(testing::ids_of(report + "The fault was a read of an address that is not mapped.")
                  .contains("page-fault-mismatch"));
  EXPECT_TRUE(testing::ids_of(report + "Der Zugriff war ein Lesezugriff.").contains("page-fault-mismatch"));
  EXPECT_FALSE(testing::ids_of(report + "The fault was a write to an address that is not mapped.")
                   .contains("page-fault-mismatch"));
  EXPECT_FALSE(testing::ids_of("The fault was a read of an address.").contains("page-fault-mismatch"));
}

TEST(Codes, XidsHaveTheirMeaning) {
  expect_verdicts("xid-mismatch", {
                                      {"Xid 31 means that the GPU has fallen off the bus.", true},
                                      {"We saw Xid 79, a double bit ECC error.", true},
                                      {"Xid 13: die GPU ist vom Bus gefallen.", true},
                                      {"Xid 79 is a page fault of the application.", true},
                                      {"Xid 79 means that the GPU has fallen off the bus.", false},
                                      {"We saw Xid 48, a double bit ECC error.", false},
                                      {"Xid 79: die GPU ist vom Bus gefallen.", false},
                                  });
}

}  // namespace
}  // namespace inquest::review
