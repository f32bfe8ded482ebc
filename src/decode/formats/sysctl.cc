// sysctl: files of /etc/sysctl.d and `sysctl -a`. docs/formats/sysctl.md
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

bool is_name(std::string_view key) {
  if (key.find_first_of("./") == std::string_view::npos || key.size() > 200) return false;
  for (const char c : key) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '/' || c == '_' || c == '-' || c == '*';
    if (!fits) return false;
  }
  return true;
}

// The first part of every name that Linux has (Documentation/admin-guide/sysctl/).
bool known_root(std::string_view key) {
  const std::string_view root = key.substr(0, key.find_first_of("./"));
  return root == "kernel" || root == "vm" || root == "net" || root == "fs" || root == "dev" || root == "abi" ||
         root == "user" || root == "debug" || root == "crypto" || root == "sunrpc";
}

// "-kernel.panic = 10": a dash says that a failure does not matter.
std::optional<Field> parse(std::string_view line) {
  line = trim(line);
  if (line.starts_with('-')) line = trim(line.substr(1));
  const auto field = split_field(line, '=');
  return field && is_name(field->key) && known_root(field->key) ? field : std::nullopt;
}

class Sysctl : public ToolReader {
 public:
  explicit Sysctl(Sink& sink) : ToolReader(sink, {"sysctl", "cat"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const std::string_view line = trim(text);
    if (line.empty() || line[0] == '#' || line[0] == ';' || line.starts_with("==> ")) return;
    if (line.starts_with("sysctl: ")) return sink().problem(place, "a setting that could not be read");
    const auto field = parse(line);
    if (!field) return sink().problem(place, "a line that is no setting");
    if (++count_ > kMost) return sink().problem(place, "more settings than a kernel has: the rest was left out");
    std::string key(field->key);
    for (char& c : key) {
      if (c == '/') c = '.';
    }
    fact(fmt::format("sysctl.{}", key), field->value.substr(0, 1024), place);
  }

  static constexpr size_t kMost = 20'000;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  size_t known = 0;
  size_t others = 0;
  for (const std::string_view text : tool_head(head, {"sysctl", "cat"}).lines) {
    const std::string_view line = trim(text);
    if (line[0] == '#' || line[0] == ';' || line.starts_with("==> ") || line.starts_with("sysctl: ")) continue;
    ++(parse(line) ? known : others);
  }
  return known != 0 && others * 4 <= known ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Sysctl>(sink); }

}  // namespace

extern const Decoder sysctl_decoder;
const Decoder sysctl_decoder{"sysctl", "sysctl.d and sysctl -a: settings of the kernel", sniff, open};

}  // namespace inquest::decode
