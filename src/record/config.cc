#include "record/config.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/checked.h"
#include "base/file.h"
#include "base/text.h"
#include "record/listener.h"

namespace inquest::record {
namespace {

constexpr size_t kMostConfig = size_t{1} << 20U;

constexpr Setting kGeneral[] = {
    {"data", SettingKind::Text, "",
     "the folder to keep everything in; when empty $STATE_DIRECTORY, or /var/lib/inquest for root, or "
     "~/.local/share/inquest"},
    {"retain", SettingKind::Duration, "30d", "how long telemetry and messages are kept; 0s: as long as there is room"},
    {"max-disk", SettingKind::Size, "0", "bytes on disk from which on the oldest day goes first; 0: no limit"},
    {"max-series", SettingKind::Count, "1000000",
     "series of telemetry within a day; lines of new ones are refused then"},
    {"tls-certificate", SettingKind::Text, "", "PEM file with the certificate and its chain, for addresses with tls:"},
    {"tls-key", SettingKind::Text, "", "PEM file with the certificate's private key"},
    {"tls-client-ca", SettingKind::Text, "",
     "PEM file; when set, clients over TLS need a certificate signed by one of these"},
};

constexpr Setting kNotify[] = {
    {"command", SettingKind::Text, "",
     "a program that is given each opened and closed incident as JSON on its standard input; words are separated by "
     "blanks, and no shell is involved"},
    {"webhook", SettingKind::Texts, "", "URLs that the same JSON is posted to"},
    {"ntfy", SettingKind::Texts, "", "URLs of ntfy topics: https://ntfy.sh/TOPIC"},
    {"slack", SettingKind::Texts, "", "incoming webhooks of Slack, Mattermost, Rocket.Chat or Discord (/slack)"},
    {"mail", SettingKind::Texts, "", "addresses to mail to"},
    {"mail-from", SettingKind::Text, "", "the sender of mail; when empty sendmail's own default"},
    {"sendmail", SettingKind::Text, "/usr/sbin/sendmail", "the program that sends mail"},
};

// What is no listener.
constexpr SettingGroup kParts[] = {
    {"", "The recorder as a whole.", kGeneral},
    {"notify", "Who is told of incidents.", kNotify},
};

// What every listener has, with its own defaults.
struct ListenerSettings {
  explicit ListenerSettings(const Listener& listener) {
    rows = {
        {"listen", SettingKind::Addresses, listener.listen, "where to listen; none: off"},
        {"allow", SettingKind::Networks, "",
         "networks that may send, as 192.0.2.0/24; none: everybody who can reach it"},
        {"rate", SettingKind::Count, listener.rate, listener.rate_help},
        {"burst", SettingKind::Count, listener.burst, "how many may come at once after a silence; at least the rate"},
    };
    rows.insert(rows.end(), listener.settings.begin(), listener.settings.end());
    for (const char c : listener.name) name += c == '_' ? '-' : c;
    summary = listener.summary;
  }
  std::string name;
  std::string_view summary;
  std::vector<Setting> rows;
};

bool is_list(SettingKind kind) {
  return kind == SettingKind::Texts || kind == SettingKind::Addresses || kind == SettingKind::Networks;
}

struct Unit {
  std::string_view name;
  uint64_t factor;
};
constexpr Unit kSizes[] = {
    {"", 1},
    {"B", 1},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
    {"KiB", 1U << 10U},
    {"MiB", 1U << 20U},
    {"GiB", 1U << 30U},
    {"TiB", uint64_t{1} << 40U},
};
constexpr Unit kDurations[] = {
    {"ms", kMilli}, {"s", kSecond}, {"m", kMinute}, {"h", kHour}, {"d", kDay}, {"w", 7 * kDay},
};

std::optional<uint64_t> with_unit(std::string_view text, std::span<const Unit> units) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_int<uint64_t>(text.substr(0, digits));
  const auto unit = std::ranges::find(units, trim(text.substr(digits)), &Unit::name);
  if (!number || unit == units.end()) return std::nullopt;
  return checked_mul(*number, unit->factor);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ',')) {
    if (!trim(word).empty()) words.emplace_back(trim(word));
  }
  return words;
}

// The value as words; nothing where it is of a type that no setting has.
std::optional<std::vector<std::string>> words_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return std::vector{text->get()};
  if (const auto* number = node.as_integer()) return std::vector{fmt::format("{}", number->get())};
  if (const auto* flag = node.as_boolean()) return std::vector<std::string>{flag->get() ? "true" : "false"};
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> words;
  for (const toml::node& element : *array) {
    const auto* text = element.as_string();
    if (text == nullptr) return std::nullopt;
    words.push_back(text->get());
  }
  return words;
}

const SettingGroup* find_group(std::string_view name) {
  const auto& groups = setting_groups();
  const auto found = std::ranges::find(groups, name, &SettingGroup::name);
  return found == groups.end() ? nullptr : &*found;
}

const Setting* find_setting(const SettingGroup& group, std::string_view name) {
  const auto found = std::ranges::find(group.settings, name, &Setting::name);
  return found == group.settings.end() ? nullptr : &*found;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// The default as TOML writes it.
std::string toml_value(const Setting& setting) {
  const auto quoted = [](std::string_view text) { return fmt::format("\"{}\"", text); };
  if (is_list(setting.kind)) {
    std::vector<std::string> words;
    for (const std::string& word : words_of(setting.standard)) words.push_back(quoted(word));
    return fmt::format("[{}]", fmt::join(words, ", "));
  }
  if (setting.kind == SettingKind::Flag || setting.kind == SettingKind::Count) return std::string(setting.standard);
  return quoted(setting.standard);
}

}  // namespace

Result<Section::Value> Section::parse(SettingKind kind, const std::vector<std::string>& words) {
  if (!is_list(kind) && words.size() != 1) return fail(ErrorCode::Malformed, "is one value, not a list");
  const auto no = [&](std::string_view what) {
    return fail(ErrorCode::Malformed, fmt::format("\"{}\" is {}", printable(words.front()), what));
  };
  switch (kind) {
    case SettingKind::Flag:
      if (words.front() != "true" && words.front() != "false") return no("neither true nor false");
      return Value(words.front() == "true");
    case SettingKind::Count:
      if (const auto number = parse_int<uint64_t>(words.front())) return Value(*number);
      return no("no whole number");
    case SettingKind::Size:
      if (const auto bytes = with_unit(words.front(), kSizes)) return Value(*bytes);
      return no("no size; write 64MiB, 500MB, or bytes");
    case SettingKind::Duration:
      if (const auto length = with_unit(words.front(), kDurations); length && std::in_range<Ns>(*length))
        return Value(static_cast<Ns>(*length));
      return no("no duration; write 500ms, 10s, 5m, 12h or 30d");
    case SettingKind::Text: return Value(words.front());
    case SettingKind::Texts: return Value(words);
    case SettingKind::Networks: {
      auto list = AllowList::parse(words);
      if (!list) return fail(list.error());
      return Value(std::move(*list));
    }
    case SettingKind::Addresses: break;
  }
  std::vector<ListenAddress> addresses;
  if (words.size() == 1 && words.front() == "none") return Value(std::move(addresses));
  for (const std::string& word : words) {
    const auto address = ListenAddress::parse(word);
    if (!address) return fail(address.error());
    addresses.push_back(*address);
  }
  return Value(std::move(addresses));
}

Config::Config() {
  for (const SettingGroup& group : setting_groups()) {
    Section& section = sections_[std::string(group.name)];
    for (const Setting& setting : group.settings) {
      const auto words =
          is_list(setting.kind) ? words_of(setting.standard) : std::vector{std::string(setting.standard)};
      auto value = Section::parse(setting.kind, words);
      // A default that does not parse is a bug in a table, which the tests find.
      section.values_.emplace(setting.name, std::move(value.value()));
    }
  }
}

Result<void> Config::load(const std::string& path) {
  auto file = File::open(path);
  if (!file) return fail(file.error().code, fmt::format("{}: {}", path, file.error().message));
  std::string text(std::min<uint64_t>(file->size(), kMostConfig + 1), '\0');
  const auto got = file->read_at(0, text);
  if (!got) return fail(got.error().code, fmt::format("{}: {}", path, got.error().message));
  if (*got > kMostConfig) return fail(ErrorCode::Limit, fmt::format("{}: too large for a configuration", path));
  text.resize(*got);
  return load(text, path);
}

Result<void> Config::load(std::string_view text, std::string_view where) {
  const auto no = [&](const toml::source_region& at, std::string message) {
    Error error{ErrorCode::Malformed, std::move(message), std::string(where)};
    error.line = at.begin.line;
    return fail(std::move(error));
  };
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {  // the library has no other way to say no
    return no(error.source(), std::string(error.description()));
  }

  const auto take = [&](const SettingGroup& group, std::string_view key, const toml::node& node) -> Result<void> {
    const std::string name = group.name.empty() ? std::string(key) : fmt::format("{}.{}", group.name, key);
    const Setting* setting = find_setting(group, key);
    if (setting == nullptr) {
      std::vector<std::string_view> names;
      for (const Setting& known : group.settings) names.push_back(known.name);
      return no(node.source(),
                fmt::format("there is no setting {}; there are {}", printable(name), fmt::join(names, ", ")));
    }
    const auto words = words_of(node);
    if (!words) return no(node.source(), fmt::format("{} has a value of a type that it can't have", name));
    auto value = Section::parse(setting->kind, *words);
    if (!value) return no(node.source(), fmt::format("{}: {}", name, value.error().message));
    sections_[std::string(group.name)].values_.insert_or_assign(std::string(key), std::move(*value));
    return {};
  };

  for (const auto& [key, node] : table) {
    const toml::table* inner = node.as_table();
    const SettingGroup* group = find_group(inner == nullptr ? std::string_view() : key.str());
    if (group == nullptr) {
      std::vector<std::string_view> names;
      for (const SettingGroup& known : setting_groups()) {
        if (!known.name.empty()) names.push_back(known.name);
      }
      return no(node.source(),
                fmt::format("there is no section [{}]; there are {}", printable(key.str()), fmt::join(names, ", ")));
    }
    if (inner == nullptr) {
      if (auto taken = take(*group, key.str(), node); !taken) return taken;
      continue;
    }
    for (const auto& [inner_key, inner_node] : *inner) {
      if (auto taken = take(*group, inner_key.str(), inner_node); !taken) return taken;
    }
  }
  return {};
}

Result<void> Config::set(std::string_view flag, std::string_view value) {
  for (const SettingGroup& group : setting_groups()) {
    for (const Setting& setting : group.settings) {
      if (flag_name(group, setting) != flag) continue;
      auto parsed =
          Section::parse(setting.kind, is_list(setting.kind) ? words_of(value) : std::vector{std::string(value)});
      if (!parsed) return fail(parsed.error().code, fmt::format("--{}: {}", flag, parsed.error().message));
      sections_[std::string(group.name)].values_.insert_or_assign(std::string(setting.name), std::move(*parsed));
      return {};
    }
  }
  return fail(ErrorCode::NotFound, fmt::format("there is no option --{}", flag));
}

void Config::take(Config&& other) {
  for (auto& [name, section] : sections_) section.values_ = std::move(other.sections_.at(name).values_);
}

std::string Config::data_folder() const {
  if (const std::string& data = general().text("data"); !data.empty()) return data;
  if (const std::string state = environment("STATE_DIRECTORY"); !state.empty()) return state.substr(0, state.find(':'));
  if (geteuid() == 0) return "/var/lib/inquest";
  if (const std::string home = environment("XDG_DATA_HOME"); home.starts_with('/')) return home + "/inquest";
  return environment("HOME") + "/.local/share/inquest";
}

const std::vector<SettingGroup>& setting_groups() {
  static const std::vector<ListenerSettings> of_listeners = [] {
    std::vector<ListenerSettings> all;
    for (const Listener* listener : listeners()) all.emplace_back(*listener);
    return all;
  }();
  static const std::vector<SettingGroup> groups = [] {
    std::vector<SettingGroup> all(std::begin(kParts), std::end(kParts));
    for (const ListenerSettings& listener : of_listeners)
      all.push_back({listener.name, listener.summary, listener.rows});
    return all;
  }();
  return groups;
}

std::string flag_name(const SettingGroup& group, const Setting& setting) {
  if (group.name.empty()) return std::string(setting.name);
  if (setting.name == "listen") return std::string(group.name);
  return fmt::format("{}-{}", group.name, setting.name);
}

std::string commented_defaults() {
  std::string out = "# Configuration of `inquest record`. What is commented out shows the default.\n";
  for (const SettingGroup& group : setting_groups()) {
    out += fmt::format("\n# {}\n", group.summary);
    if (!group.name.empty()) out += fmt::format("[{}]\n", group.name);
    for (const Setting& setting : group.settings)
      out += fmt::format("# {}\n#{} = {}\n", setting.help, setting.name, toml_value(setting));
  }
  return out;
}

}  // namespace inquest::record
