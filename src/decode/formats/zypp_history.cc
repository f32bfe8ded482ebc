// zypp_history: /var/log/zypp/history. docs/formats/zypp_history.md
// Source: libzypp zypp/HistoryLog.cc.
#include "base/text.h"
#include "decode/package_log.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kManager = "zypper";

// "2026-02-06 18:02:11|install|kernel-default|6.4.0-150600.23.7.1|x86_64||repo-oss|5f...|"; "#" before a script's words
std::optional<PackageLine> parse(std::string_view line, StampParser& /*stamps*/) {
  PackageLine out;
  std::string_view rest = line;
  const bool comment = rest.starts_with("# ");
  if (comment) rest.remove_prefix(2);
  const auto time = parse_iso_time(rest);
  if (!time) return std::nullopt;
  out.stamp.form = StampForm::Iso;
  out.stamp.utc = time->offset.has_value();
  out.stamp.time = time->utc().value_or(time->local);
  rest.remove_prefix(time->length);
  if (comment) {
    const std::string_view said = trim(rest);
    if (said.empty()) return std::nullopt;
    out.message = line.substr(static_cast<size_t>(said.data() - line.data()));
    out.failed = said.find("failed") != std::string_view::npos;
    return out;
  }
  if (!rest.starts_with('|')) return std::nullopt;
  const auto parts = split(rest.substr(1), '|');
  if (parts.size() < 2) return std::nullopt;
  const std::string_view action = trim(parts[0]);
  if (action == "install" || action == "remove" || action == "patch") {
    out.action = action;
    out.package = trim(parts[1]);
  } else if (action != "command" && action != "radd" && action != "rremove" && action != "ralias" && action != "rurl") {
    return std::nullopt;
  }
  out.message = rest.substr(1);
  return out;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PackageLogReader>(sink, kManager, parse); }
Claim sniff(const Head& head) { return sniff_package_log(head, parse); }

}  // namespace

extern const Decoder zypp_history_decoder;
const Decoder zypp_history_decoder{"zypp_history", "zypper's history: which packages came and went", sniff, open};

}  // namespace inquest::decode
