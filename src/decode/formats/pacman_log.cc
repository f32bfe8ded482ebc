// pacman_log: /var/log/pacman.log. docs/formats/pacman_log.md
// Source: pacman lib/libalpm/log.c, alpm_logaction(); lib/libalpm/util.c, _alpm_log().
#include <algorithm>

#include "base/text.h"
#include "decode/package_log.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kManager = "pacman";

// "[2026-02-06T18:02:11+0100] [ALPM] upgraded linux (6.6.1.arch1-1 -> 6.7.4.arch1-1)", before 5.2 "[2019-02-06 18:02]"
std::optional<PackageLine> parse(std::string_view line, StampParser& /*stamps*/) {
  static constexpr std::string_view kActions[] = {"installed", "upgraded", "downgraded", "removed", "reinstalled"};
  if (!line.starts_with('[')) return std::nullopt;
  const size_t close = line.find("] [");
  if (close == std::string_view::npos) return std::nullopt;
  std::string stamp(line.substr(1, close - 1));
  if (stamp.size() == 16) stamp += ":00";
  const auto time = parse_iso_time(stamp);
  const size_t behind = line.find("] ", close + 3);
  if (!time || time->length != stamp.size() || behind == std::string_view::npos || behind + 2 >= line.size())
    return std::nullopt;
  PackageLine out;
  out.stamp.form = StampForm::Iso;
  out.stamp.utc = time->offset.has_value();
  out.stamp.time = time->utc().value_or(time->local);
  out.message = line.substr(behind + 2);
  const bool alpm = line.substr(close + 3, behind - close - 3) == "ALPM";
  const auto words = split_blanks(out.message);
  if (alpm && words.size() > 1 && std::ranges::find(kActions, words[0]) != std::ranges::end(kActions)) {
    out.action = words[0];
    out.package = words[1];
  }
  out.failed = out.message.starts_with("error");
  return out;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PackageLogReader>(sink, kManager, parse); }
Claim sniff(const Head& head) { return sniff_package_log(head, parse); }

}  // namespace

extern const Decoder pacman_log_decoder;
const Decoder pacman_log_decoder{"pacman_log", "pacman.log: which packages came and went", sniff, open};

}  // namespace inquest::decode
