// telegraf.conf: how often the agent looks and writes, which inputs it has, and where it sends.
// Source: Telegraf 1.x, config/config.go and config/types.go.
#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/go_duration.h"
#include "decode/line_reader.h"
#include "decode/toml_text.h"

namespace inquest::decode {
namespace {

// Settings of [agent] that are durations; the fact of each is "telegraf." and the key.
constexpr std::array<std::string_view, 6> kDurations = {"interval",     "flush_interval",    "collection_jitter",
                                                        "flush_jitter", "collection_offset", "precision"};
constexpr std::array<std::string_view, 2> kSwitches = {"round_interval", "omit_hostname"};
// Where an output sends to, by the names that the plugins have for it.
constexpr std::array<std::string_view, 3> kAddresses = {"urls", "url", "servers"};
// ... and into what.
constexpr std::array<std::string_view, 2> kStores = {"bucket", "database"};

bool among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// The plugin's name in "inputs.cpu" with the prefix "inputs."; nothing for other sections, and for tables within a
// plugin's.
std::optional<std::string_view> plugin_of(std::string_view section, std::string_view prefix) {
  if (!section.starts_with(prefix)) return std::nullopt;
  const std::string_view name = section.substr(prefix.size());
  if (name.empty() || name.find('.') != std::string_view::npos) return std::nullopt;
  return name;
}

// A setting, or with an empty key a table's header. The section of [[inputs.cpu]] is "inputs.cpu".
struct Setting {
  std::string section;
  std::string key;
  std::string value;
  size_t line = 0;
};

// ---- TOML

// A setting for each value, of an array one for each element; tables and dates are no settings that we know.
void add(const std::string& section, std::string_view key, const toml::node& node, std::vector<Setting>& out) {
  if (const auto* array = node.as_array()) {
    for (const toml::node& element : *array) {
      if (!element.is_array() && !element.is_table()) add(section, key, element, out);
    }
    return;
  }
  std::string value;
  if (const auto text = node.value_exact<std::string>()) {
    value = *text;
  } else if (const auto whole = node.value_exact<int64_t>()) {
    value = std::to_string(*whole);
  } else if (const auto number = node.value_exact<double>()) {
    value = fmt::format("{}", *number);
  } else if (const auto yes = node.value_exact<bool>()) {
    value = *yes ? "true" : "false";
  } else {
    return;
  }
  out.push_back({section, std::string(key), std::move(value), node.source().begin.line});
}

void add_table(const std::string& section, const toml::table& table, std::vector<Setting>& out) {
  out.push_back({section, {}, {}, table.source().begin.line});
  for (const auto& [key, node] : table) add(section, key.str(), node, out);
}

std::vector<Setting> settings_of(const toml::table& root) {
  std::vector<Setting> out;
  if (const auto* agent = root["agent"].as_table()) add_table("agent", *agent, out);
  for (const std::string_view kind : {"inputs", "outputs"}) {
    const auto* plugins = root[kind].as_table();
    if (plugins == nullptr) continue;
    for (const auto& [name, node] : *plugins) {
      const std::string section = fmt::format("{}.{}", kind, name.str());
      if (const auto* one = node.as_table()) add_table(section, *one, out);
      const auto* several = node.as_array();
      if (several == nullptr) continue;
      for (const toml::node& element : *several) {
        if (const auto* table = element.as_table()) add_table(section, *table, out);
      }
    }
  }
  // Tables come sorted by name: back into the order of the file.
  std::ranges::stable_sort(out, {}, &Setting::line);
  return out;
}

// ---- Line by line, for what is not quite TOML: Telegraf replaces $VARIABLES before it parses, and files get cut.

// The texts in quotes; without any, what stands there up to a comment.
std::vector<std::string_view> values_of(std::string_view text) {
  std::vector<std::string_view> out;
  size_t at = text.find_first_of("\"'#");
  while (at != std::string_view::npos && text[at] != '#') {
    const size_t end = text.find(text[at], at + 1);
    if (end == std::string_view::npos) break;
    out.push_back(text.substr(at + 1, end - at - 1));
    at = text.find_first_of("\"'#", end + 1);
  }
  if (out.empty()) out.push_back(trim(text.substr(0, text.find('#'))));
  return out;
}

std::vector<Setting> scan(std::string_view bytes) {
  std::vector<Setting> out;
  std::string section;
  size_t number = 0;
  for (std::string_view line : lines(bytes)) {
    ++number;
    line = trim(line);
    if (line.empty() || line[0] == '#') continue;
    if (const auto name = toml_header(line)) {
      section = *name;
      out.push_back({section, {}, {}, number});
      continue;
    }
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, equals));
    for (const std::string_view value : values_of(line.substr(equals + 1))) {
      out.push_back({section, std::string(key), std::string(value), number});
    }
  }
  return out;
}

// ---- Reader

// A precision may also be a unit alone ("ms"), as older releases wrote it.
std::optional<Ns> precision_of(std::string_view value) {
  const bool unit_alone = value.find_first_of("0123456789") == std::string_view::npos;
  return parse_go_duration(unit_alone ? fmt::format("1{}", value) : std::string(value));
}

class TelegrafConf : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    std::vector<Setting> settings;
    if (const auto table = parse_toml(bytes)) {
      settings = settings_of(*table);
    } else {
      settings = scan(bytes);
      const Place at = place_of_line(table.error().line);
      if (settings.empty()) return sink().refuse(at, table.error().message);
      sink().problem(at, fmt::format("{}; the file was read line by line instead", table.error().message));
    }
    host_ = host_of(settings);
    for (const Setting& setting : settings) record(setting);
  }

  // The name that the agent reports under: the facts are about that host. A $VARIABLE says nothing about it.
  static std::string host_of(const std::vector<Setting>& settings) {
    for (const Setting& setting : settings) {
      const bool names = setting.section == "agent" && setting.key == "hostname";
      if (names && setting.value.find('$') == std::string::npos) return setting.value;
    }
    return {};
  }

  void record(const Setting& setting) {
    if (setting.section == "agent") return agent(setting);
    if (const auto input = plugin_of(setting.section, "inputs.")) {
      if (setting.key.empty()) fact("telegraf.input", *input, setting);
      if (setting.key == "interval") duration(fmt::format("telegraf.input.{}.interval", *input), setting);
    } else if (const auto output = plugin_of(setting.section, "outputs.")) {
      if (setting.key.empty()) fact("telegraf.output", *output, setting);
      if (among(kAddresses, setting.key)) fact("telegraf.output.url", setting.value, setting);
      if (among(kStores, setting.key)) fact(fmt::format("telegraf.output.{}", setting.key), setting.value, setting);
    }
  }

  void agent(const Setting& setting) {
    const std::string key = fmt::format("telegraf.{}", setting.key);
    if (setting.key == "hostname") {
      if (!host_.empty()) fact(key, host_, setting);
    } else if (among(kDurations, setting.key)) {
      duration(key, setting);
    } else if (among(kSwitches, setting.key)) {
      if (setting.value == "true" || setting.value == "false") return fact(key, setting.value, setting);
      sink().problem(place_of_line(setting.line), fmt::format("{} is neither true nor false", setting.key));
    }
  }

  void duration(const std::string& key, const Setting& setting) {
    if (setting.value.empty()) return;  // the default, spelled out
    const auto ns = setting.key == "precision" ? precision_of(setting.value) : parse_go_duration(setting.value);
    if (setting.key == "precision" && ns == 0) return;  // "0s": chosen by the interval
    if (ns) return fact(key, std::to_string(*ns), setting);
    sink().problem(place_of_line(setting.line), fmt::format(R"({} is no duration such as "10s": "{}")", setting.key,
                                                            ellipsis(printable(setting.value), 40)));
  }

  void fact(std::string_view key, std::string_view value, const Setting& setting) {
    sink().fact(host_, key, value, place_of_line(setting.line));
  }

  std::string host_;
};

Claim sniff(const Head& head) {
  static constexpr std::array<std::string_view, 5> kAgentKeys = {"interval", "flush_interval", "round_interval",
                                                                 "metric_batch_size", "collection_jitter"};
  bool in_agent = false;
  bool first = true;
  for (std::string_view line : head.lines(10'000)) {
    line = trim(line);
    if (line.empty() || line[0] == '#') continue;
    if (const auto name = toml_header(line)) {
      const bool plugin = name->starts_with("inputs.") || name->starts_with("outputs.");
      if (plugin && line.starts_with("[[")) return Claim::Certain;
      in_agent = *name == "agent";
    } else if (first) {
      return Claim::No;
    } else if (in_agent && among(kAgentKeys, trim(line.substr(0, line.find('='))))) {
      return Claim::Certain;
    }
    first = false;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<TelegrafConf>(sink); }

}  // namespace

extern const Decoder telegraf_conf_decoder;
const Decoder telegraf_conf_decoder = {"telegraf_conf", "Telegraf's settings: intervals, inputs, outputs", sniff, open};

}  // namespace inquest::decode
