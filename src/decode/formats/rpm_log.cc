// rpm_log: dnf's dnf.rpm.log and yum's yum.log. docs/formats/rpm_log.md
// Source: dnf dnf/yum/rpmtrans.py, LoggingTransactionDisplay; yum's rpmtrans.py.
#include <algorithm>

#include "base/text.h"
#include "decode/package_log.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kManager = "dnf";

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

// "2026-02-06T18:02:11+0100 SUBDEBUG Upgrade: kernel-core-5.14.0-427.13.1.el9_4.x86_64",
// "Feb 06 18:02:11 Updated: kernel-3.10.0-1160.el7.x86_64"
std::optional<PackageLine> parse(std::string_view line, StampParser& stamps) {
  static constexpr std::string_view kActions[] = {
      "Install:", "Installed:", "Upgrade:",   "Upgraded:",  "Updated:",    "Erase:",       "Erased:",
      "Removed:", "Downgrade:", "Reinstall:", "Obsoleted:", "Downgraded:", "Reinstalled:", "Dep-Install:"};
  static constexpr std::string_view kLevels[] = {"SUBDEBUG", "INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL", "DDEBUG"};
  PackageLine out;
  if (!stamps.parse(line, out.stamp)) return std::nullopt;
  std::string_view rest = line.substr(out.stamp.length);
  rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  const bool level = std::ranges::find(kLevels, first_word(rest)) != std::ranges::end(kLevels);
  if (out.stamp.form == StampForm::Bsd ? level : !level) return std::nullopt;
  if (level) {
    out.failed = rest.starts_with("ERROR") || rest.starts_with("CRITICAL");
    rest = trim(rest.substr(first_word(rest).size()));
  }
  const std::string_view action = first_word(rest);
  const bool known = std::ranges::find(kActions, action) != std::ranges::end(kActions);
  if (!known && !level) return std::nullopt;
  if (rest.empty()) return std::nullopt;
  out.message = line.substr(static_cast<size_t>(rest.data() - line.data()));
  if (known) {
    out.action = action;
    out.package = trim(rest.substr(action.size()));
    // yum puts the epoch in front: "1:kernel-..."
    if (const size_t colon = out.package.find(':'); colon < 4) out.package = out.package.substr(colon + 1);
  }
  return out;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PackageLogReader>(sink, kManager, parse); }
Claim sniff(const Head& head) { return sniff_package_log(head, parse); }

}  // namespace

extern const Decoder rpm_log_decoder;
const Decoder rpm_log_decoder{"rpm_log", "dnf.rpm.log, yum.log: which packages came and went", sniff, open};

}  // namespace inquest::decode
