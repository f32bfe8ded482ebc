// nvidia_smi: `nvidia-smi` (the table) and `nvidia-smi -q`: graphics cards, their errors and temperatures.
// docs/formats/nvidia_smi.md Source: nvidia-smi(1).
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

class NvidiaSmi : public ToolReader {
 public:
  explicit NvidiaSmi(Sink& sink) : ToolReader(sink, {"nvidia-smi"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line.find_first_not_of("=+-| ") == std::string_view::npos) return;
    if (++count_ > kMost) return sink().problem(place, "more lines than are read: the rest was left out");
    if (line.starts_with('|')) return cell(line, place);
    if (line.find("NVSMI LOG") != std::string_view::npos) return;
    if (text.starts_with("GPU ") && line.find(':') != std::string_view::npos) {
      gpu_ = std::string(trim(text.substr(4)).substr(0, 32));
      path_.clear();
      return;
    }
    query(text, place);
  }

  // A row of the table, without its bars.
  void cell(std::string_view line, const Place& place) {
    std::string value(line);
    std::ranges::replace(value, '|', ' ');
    const auto words = split_blanks(value);
    std::string joined;
    for (const std::string_view word : words) joined += (joined.empty() ? "" : " ") + std::string(word);
    fact("nvidia.row", joined.substr(0, 256), place);
    if (joined.find("ERR!") != std::string::npos) fact("nvidia.error", joined.substr(0, 256), place);
    for (const std::string_view key : {"Driver Version:", "CUDA Version:"}) {
      const size_t at = joined.find(key);
      if (at == std::string::npos) continue;
      const auto rest = split_blanks(std::string_view(joined).substr(at + key.size()));
      if (!rest.empty()) fact(fmt::format("nvidia.{}", key_of(key)), rest[0].substr(0, 32), place);
    }
  }

  // "        GPU Current Temp                  : 71 C" below "    Temperature"
  void query(std::string_view text, const Place& place) {
    const size_t indent = std::min(text.find_first_not_of(' '), text.size());
    const size_t depth = std::min<size_t>(indent / 4, 8);
    const size_t colon = text.find(" : ");
    if (colon == std::string_view::npos && !trim(text).ends_with(':')) {
      path_.resize(std::min(path_.size(), depth));
      while (path_.size() < depth) path_.emplace_back();
      path_.emplace_back(key_of(trim(text)));
      return;
    }
    const auto field = split_field(text);
    if (!field) return sink().problem(place, "a line that is no figure");
    std::string key = "nvidia";
    for (size_t i = 0; i < std::min(path_.size(), depth); ++i) {
      if (!path_[i].empty()) key += "." + path_[i];
    }
    key += "." + key_of(field->key);
    fact(key, fmt::format("{}{}{}", gpu_, gpu_.empty() ? "" : " ", field->value.substr(0, 200)), place);
  }

  static constexpr size_t kMost = 50'000;
  std::string gpu_;
  std::vector<std::string> path_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  for (const std::string_view line : tool_head(head, {"nvidia-smi"}, 6).lines) {
    if (line.find("NVIDIA-SMI ") != std::string_view::npos && line.find("Driver Version") != std::string_view::npos)
      return Claim::Certain;
    if (line.find("NVSMI LOG") != std::string_view::npos) return Claim::Certain;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<NvidiaSmi>(sink); }

}  // namespace

extern const Decoder nvidia_smi_decoder;
const Decoder nvidia_smi_decoder{"nvidia_smi", "nvidia-smi, nvidia-smi -q: graphics cards and their errors", sniff,
                                 open};

}  // namespace inquest::decode
