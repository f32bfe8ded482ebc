// System logs as daemons write them. docs/formats/syslog.md
#include "decode/log_survey.h"
#include "decode/log_text.h"

namespace inquest::decode {
namespace {

Claim sniff(const Head& head) { return survey(head).is_syslog() ? Claim::Likely : Claim::No; }

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<LogText>(sink, LogOrigin::Syslog); }

}  // namespace

extern const Decoder syslog_decoder;
const Decoder syslog_decoder = {"syslog", "system log lines, RFC 3164 and RFC 5424", sniff, open};

}  // namespace inquest::decode
