// edac: counts of memory errors: `grep . /sys/devices/system/edac/mc/...` and `edac-util -v`. docs/formats/edac.md
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

constexpr std::string_view kRoot = "/sys/devices/system/edac/";

struct Count {
  std::string where;
  std::string_view kind;  // "ce" or "ue"
  uint64_t count = 0;
};

// "/sys/devices/system/edac/mc/mc0/csrow0/ue_count:0", "mc0: csrow0: CPU#0Channel#0_DIMM#0: 12 Corrected Errors"
std::optional<Count> parse(std::string_view line) {
  line = trim(line);
  const size_t colon = line.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  if (line.starts_with(kRoot)) {
    std::string_view path = line.substr(kRoot.size(), colon - kRoot.size());
    const auto value = parse_int<uint64_t>(trim(line.substr(colon + 1)));
    const size_t slash = path.rfind('/');
    if (!value || slash == std::string_view::npos) return std::nullopt;
    const std::string_view name = path.substr(slash + 1);
    const bool ue = name.find("ue_") != std::string_view::npos;
    const bool ce = name.find("ce_") != std::string_view::npos;
    if ((!ue && !ce) || name.find("count") == std::string_view::npos) return std::nullopt;
    return Count{fmt::format("{} {}", path.substr(0, slash), name), ue ? "ue" : "ce", *value};
  }
  if (!line.starts_with("mc") && !line.starts_with("edac-util:")) return std::nullopt;
  const auto words = split_blanks(line.substr(colon + 1));
  const auto value = words.size() < 2 ? std::nullopt : parse_int<uint64_t>(words[0]);
  if (!value || (words[1] != "Corrected" && words[1] != "Uncorrected")) return std::nullopt;
  return Count{std::string(line.substr(0, colon)), words[1] == "Corrected" ? "ce" : "ue", *value};
}

// Other files of the same folders: names of controllers and modules.
bool property(std::string_view line) {
  return trim(line).starts_with(kRoot) && line.find(':') != std::string_view::npos;
}

class Edac : public ToolReader {
 public:
  explicit Edac(Sink& sink) : ToolReader(sink, {"grep", "edac-util", "head", "tail"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty()) return;
    if (const auto count = parse(line)) {
      fact(fmt::format("edac.{}", count->kind), fmt::format("{}: {}", count->where.substr(0, 200), count->count),
           place);
    } else if (line.ends_with("No errors to report.")) {
      fact("edac.none", line, place);
    } else if (property(line)) {
      const std::string_view rest = line.substr(kRoot.size());
      fact("edac.property", rest.substr(0, 256), place);
    } else {
      sink().problem(place, "a line that is no count of memory errors");
    }
  }
};

Claim sniff(const Head& head) {
  size_t known = 0;
  size_t others = 0;
  for (const std::string_view line : tool_head(head, {"grep", "edac-util", "head", "tail"}).lines) {
    const bool ours = parse(line) || property(line) || trim(line) == "edac-util: No errors to report.";
    ++(ours ? known : others);
  }
  return known > others ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Edac>(sink); }

}  // namespace

extern const Decoder edac_decoder;
const Decoder edac_decoder{"edac", "EDAC's counts of memory errors, from sysfs or edac-util", sniff, open};

}  // namespace inquest::decode
