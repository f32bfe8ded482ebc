// nixos: options that a NixOS module sets, e.g. boot.kernelParams. docs/formats/nixos.md
// Source: Nix language reference; NixOS options nixos/modules/system/boot/kernel.nix.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

bool option_name(std::string_view key) {
  if (key.empty() || key.size() > 128 || key.find('.') == std::string_view::npos) return false;
  return std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == '"';
  });
}

// Roots of options that say how a host boots and logs.
bool known_root(std::string_view key) {
  const std::string_view root = key.substr(0, key.find('.'));
  for (const std::string_view each :
       {"boot",           "services", "hardware",        "systemd",  "networking",    "fileSystems", "swapDevices",
        "virtualisation", "zramSwap", "powerManagement", "nix",      "users",         "environment", "disko",
        "system",         "time",     "security",        "programs", "documentation", "i18n",        "console"}) {
    if (root == each) return true;
  }
  return false;
}

std::string_view without_comment(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == '#' && !quoted) return line.substr(0, i);
  }
  return line;
}

// Reads statements "a.b = value;", over several lines, at any depth: the names of sets around them are put in front.
class Nixos : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const std::string_view line = trim(without_comment(text));
    if (line.empty()) return;
    if (statement_.empty()) place_ = place;
    place_.length = static_cast<uint32_t>(std::min<uint64_t>(place.offset + place.length - place_.offset, 65536));
    if (statement_.size() + line.size() < kMost) {
      if (!statement_.empty()) statement_ += ' ';
      statement_ += line;
    }
    if (!line.ends_with(';') && !line.ends_with('{') && !line.ends_with("};") && !line.ends_with('}')) return;
    finish_statement();
  }

  void end() override {
    if (!statement_.empty() && statement_ != "}")
      sink().problem(place_, "a statement that is never ended: the file is cut");
  }

  void finish_statement() {
    std::string statement;
    std::swap(statement, statement_);
    std::string_view rest = trim(statement);
    if (rest.ends_with(';')) rest = trim(rest.substr(0, rest.size() - 1));
    const auto field = split_at_equals(rest);
    if (rest.ends_with('{')) {
      const bool named = !field.first.empty();
      if (prefixes_.size() < kDeepest) prefixes_.emplace_back(named ? std::string(field.first) : std::string());
      return;
    }
    if (rest == "}" || rest.empty()) {
      if (!prefixes_.empty()) prefixes_.pop_back();
      return;
    }
    if (field.first.empty()) return;
    std::string key;
    for (const std::string& prefix : prefixes_) key += prefix.empty() ? "" : prefix + ".";
    key += field.first;
    if (!option_name(key) || !known_root(key) || ++count_ > kMostOptions) return;
    sink().fact({}, "nixos.option", fmt::format("{} = {}", key, field.second.substr(0, 512)), place_);
    if (key == "boot.kernelParams") sink().fact({}, "nixos.cmdline", words_of(field.second), place_);
  }

  // Name and value of "a.b = value"; an empty name where it is none.
  static std::pair<std::string_view, std::string_view> split_at_equals(std::string_view text) {
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals + 1 >= text.size() || text[equals + 1] == '=') return {};
    const std::string_view key = trim(text.substr(0, equals));
    const bool plain = !key.empty() && key.find_first_of(" \t(){}[];:") == std::string_view::npos;
    return plain ? std::pair(key, trim(text.substr(equals + 1))) : std::pair<std::string_view, std::string_view>();
  }

  // The strings of a list, as they stand on the command line.
  static std::string words_of(std::string_view list) {
    std::string out;
    for (size_t at = list.find('"'); at != std::string_view::npos;) {
      const size_t close = list.find('"', at + 1);
      if (close == std::string_view::npos) break;
      if (!out.empty()) out += ' ';
      out += list.substr(at + 1, close - at - 1);
      at = list.find('"', close + 1);
    }
    return out;
  }

  static constexpr size_t kMost = 16 * 1024;
  static constexpr size_t kDeepest = 32;
  static constexpr size_t kMostOptions = 5000;
  std::string statement_;
  Place place_;
  std::vector<std::string> prefixes_;
  size_t count_ = 0;
};

Claim sniff(const Head& head) {
  size_t options = 0;
  bool module = false;
  for (const std::string_view text : head.lines()) {
    const std::string_view line = trim(text);
    module = module || (line.starts_with('{') && line.find("...") != std::string_view::npos && line.ends_with(':'));
    const size_t equals = line.find(" = ");
    if (equals != std::string_view::npos && option_name(line.substr(0, equals)) && known_root(line.substr(0, equals)))
      ++options;
  }
  if (options == 0) return Claim::No;
  return module || options >= 2 || head.name.ends_with(".nix") ? Claim::Certain : Claim::Likely;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Nixos>(sink); }

}  // namespace

extern const Decoder nixos_decoder;
const Decoder nixos_decoder{"nixos", "NixOS modules: options such as boot.kernelParams", sniff, open};

}  // namespace inquest::decode
