#include "decode/package_log.h"

#include "base/text.h"
#include "decode/kernel_package.h"

namespace inquest::decode {
namespace {

using model::Channel;
using model::ClockDomain;

model::Stream yearless_shape(Sink& sink, std::string_view manager) {
  model::Stream out = log_shape(sink, manager, ClockDomain::LocalWall, Channel::Disk);
  out.yearless = true;
  return out;
}

}  // namespace

PackageLogReader::PackageLogReader(Sink& sink, std::string_view manager, Parse parse)
    : LineReader(sink),
      parse_(parse),
      utc_(sink, log_shape(sink, manager, ClockDomain::Utc, Channel::Disk), manager),
      wall_(sink, log_shape(sink, manager, ClockDomain::LocalWall, Channel::Disk), manager),
      yearless_(sink, yearless_shape(sink, manager), manager) {}

void PackageLogReader::line(std::string_view text, const Place& place) {
  if (trim(text).empty()) return;
  const auto parsed = parse_(text, stamps_);
  if (!parsed) return sink().problem(place, "a line that is not the package manager's");
  const bool yearless = parsed->stamp.form == StampForm::Bsd;
  Ns time = parsed->stamp.time;
  if (yearless) {
    const auto raw = years_.raw(time);
    if (!raw) return sink().problem(place, "a date that no year has");
    time = *raw;
  }
  EventLog& log = yearless ? yearless_ : parsed->stamp.utc ? utc_ : wall_;
  const auto severity = parsed->failed ? model::Severity::Error : model::Severity::Info;
  const auto id = log.add(time, place, text, parsed->message, severity);
  if (!parsed->action.empty())
    sink().landmark(model::LandmarkKind::Change, id, parsed->message, is_kernel_package(parsed->package) ? 1 : 0);
}

Claim sniff_package_log(const Head& head, PackageLogReader::Parse parse) {
  StampParser stamps;
  size_t known = 0;
  size_t actions = 0;
  size_t others = 0;
  for (const std::string_view line : head.lines()) {
    if (trim(line).empty()) continue;
    const auto parsed = parse(line, stamps);
    ++(parsed ? known : others);
    if (parsed && !parsed->action.empty()) ++actions;
  }
  return actions != 0 && known > others ? Claim::Certain : Claim::No;
}

}  // namespace inquest::decode
