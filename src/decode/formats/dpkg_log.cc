// dpkg_log: /var/log/dpkg.log. docs/formats/dpkg_log.md
// Source: dpkg lib/dpkg/log.c, log_message(); src/main/*.c for the actions.
#include <algorithm>

#include "base/text.h"
#include "decode/package_log.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kManager = "dpkg";

// "2026-02-06 18:02:11 upgrade linux-image-amd64:amd64 6.1.123-1 6.1.128-1"
std::optional<PackageLine> parse(std::string_view line, StampParser& stamps) {
  static constexpr std::string_view kActions[] = {"install", "upgrade", "remove", "purge", "disappear"};
  static constexpr std::string_view kOthers[] = {"status", "startup", "configure", "trigproc", "conffile"};
  PackageLine out;
  if (!stamps.parse(line, out.stamp) || out.stamp.form != StampForm::Iso) return std::nullopt;
  const std::string_view rest = line.substr(out.stamp.length);
  const auto words = split_blanks(rest);
  if (words.size() < 2 || rest[0] != ' ') return std::nullopt;
  const bool action = std::ranges::find(kActions, words[0]) != std::ranges::end(kActions);
  if (!action && std::ranges::find(kOthers, words[0]) == std::ranges::end(kOthers)) return std::nullopt;
  if (action) out.action = words[0];
  out.package = words[1];
  out.message = rest.substr(rest.find_first_not_of(' '));
  return out;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<PackageLogReader>(sink, kManager, parse); }
Claim sniff(const Head& head) { return sniff_package_log(head, parse); }

}  // namespace

extern const Decoder dpkg_log_decoder;
const Decoder dpkg_log_decoder{"dpkg_log", "dpkg.log: which packages came and went", sniff, open};

}  // namespace inquest::decode
