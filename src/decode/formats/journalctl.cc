// What journalctl prints as text. docs/formats/journalctl.md
#include "decode/log_survey.h"
#include "decode/log_text.h"

namespace inquest::decode {
namespace {

Claim sniff(const Head& head) {
  const LogSurvey found = survey(head);
  if (!found.is_journal()) return Claim::No;
  return found.markers != 0 ? Claim::Certain : Claim::Likely;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<LogText>(sink, LogOrigin::Journal); }

}  // namespace

extern const Decoder journalctl_decoder;
const Decoder journalctl_decoder = {"journalctl", "output of journalctl as text, every short form", sniff, open};

}  // namespace inquest::decode
