// inquest record: the flight recorder.
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command.h"
#include "app/incident_desk.h"
#include "app/message.h"
#include "app/output.h"
#include "app/query_routes.h"
#include "base/clock.h"
#include "base/text.h"
#include "generated/version.h"
#include "record/config.h"
#include "record/recorder.h"
#include "record/tokens.h"
#include "store/sqlite_store.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "record";
constexpr const char* kUsualConfig = "/etc/inquest/record.toml";

// As given on the command line.
struct Given {
  std::string config;
  std::string make_token;
  bool print_config = false;
  std::map<std::string, std::vector<std::string>> settings;  // by flag
};

Result<record::Config> configured(const Given& given) {
  record::Config config;
  // One in a folder that may not be entered is there, too, and must not be passed over in silence.
  const bool usual = given.config.empty() && (access(kUsualConfig, F_OK) == 0 || errno == EACCES);
  if (const std::string path = usual ? kUsualConfig : given.config; !path.empty()) {
    if (auto loaded = config.load(path); !loaded) return fail(loaded.error());
  }
  for (const auto& [flag, values] : given.settings) {
    if (values.empty()) continue;
    if (auto set = config.set(flag, fmt::format("{}", fmt::join(values, ","))); !set) return fail(set.error());
  }
  return config;
}

ExitStatus make_token(const std::string& name) {
  const auto made = record::make_token(name);
  if (!made) return usage_error(fmt::format("--make-token: {}", made.error().message), kName);
  return print(fmt::format("token for the client: {}\nline for `tokens` of [http], or for its token-file: {}\n",
                           made->token, made->line));
}

// Each connection is a descriptor, and the usual soft limit is made for programs that use select(2).
void allow_descriptors() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

std::string greeting(const record::Config& config, const record::Recorder& recorder) {
  const Ns retain = config.general().duration("retain");
  std::string text = fmt::format("inquest {} records\n", version);
  text += fmt::format("  {:<14}{}{}\n", "stores in", printable(config.data_folder()),
                      retain > 0 ? fmt::format(", for {}", format_duration(retain)) : "");
  for (const auto& one : recorder.listening()) {
    std::vector<std::string> addresses;
    for (const record::ListenAddress& address : one.addresses) addresses.push_back(address.text());
    text += fmt::format("  {:<14}{}\n", one.listener, fmt::join(addresses, ", "));
  }
  return text;
}

ExitStatus record_until_told(const Given& given) {
  if (!given.make_token.empty()) return make_token(given.make_token);
  if (given.print_config) return print(record::commented_defaults());
  auto config = configured(given);
  if (!config) {
    complain(config.error().text());
    return ExitStatus::Usage;
  }
  allow_descriptors();
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files is a full disk, and no reason to die

  const record::Section& general = config->general();
  store::SqliteSettings settings;
  settings.folder = config->data_folder();
  if (const Ns retain = general.duration("retain"); retain > 0) settings.retain = retain;
  if (const uint64_t most = general.size("max-disk"); most > 0) settings.max_disk = most;
  settings.max_series = general.count("max-series");
  settings.log = complain;
  auto store = store::SqliteStore::open(std::move(settings));
  if (!store) {
    complain(store.error().text());
    return ExitStatus::Failed;
  }

  auto desk = IncidentDesk::open({store->get(), channels_of(config->section("notify")), utc_now, complain});
  if (!desk) {
    complain(desk.error().text());
    return ExitStatus::Failed;
  }
  auto queries = std::make_unique<QueryRoutes>(**store, QuerySettings{.now = utc_now});
  record::Recorder::Parts parts;
  queries->add_to(parts.routes);
  (*desk)->add_routes(parts.routes);
  parts.observers.push_back(&(*desk)->observer());
  parts.config = *config;
  parts.store = store->get();
  parts.now = utc_now;
  parts.log = complain;
  parts.reload = [given] { return configured(given); };
  parts.service = record::ServiceManager::from_environment();
  auto recorder = record::Recorder::open(std::move(parts));
  if (!recorder) {
    complain(recorder.error().text());
    return ExitStatus::Failed;
  }
  if (const ExitStatus printed = print(greeting(*config, **recorder)); printed != ExitStatus::Done) return printed;
  const auto ended = (*recorder)->run();
  // What is still asked ends while there is somebody to answer it.
  queries.reset();
  (*desk)->stop();
  if (!ended) {
    complain(fmt::format("what was received last may not be stored: {}", ended.error().text()));
    return ExitStatus::Failed;
  }
  return ExitStatus::Done;
}

std::string_view type_name(record::SettingKind kind) {
  switch (kind) {
    case record::SettingKind::Flag: return "BOOL";
    case record::SettingKind::Count: return "N";
    case record::SettingKind::Size: return "SIZE";
    case record::SettingKind::Duration: return "TIME";
    case record::SettingKind::Text: return "TEXT";
    case record::SettingKind::Texts: return "TEXT...";
    case record::SettingKind::Addresses: return "ADDR:PORT...";
    case record::SettingKind::Networks: return "NET...";
  }
  return "TEXT";
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options
      .add_option("--config", given->config,
                  "the configuration, a TOML file; flags win over what it says (default: /etc/inquest/record.toml, if "
                  "it exists)")
      ->type_name("FILE");
  options.add_flag("--print-config", given->print_config,
                   "print a configuration with all defaults, explained, and end");
  options
      .add_option("--make-token", given->make_token,
                  "print a new token for HTTP and the line by which the recorder knows it, and end")
      ->type_name("NAME");
  for (const record::SettingGroup& group : record::setting_groups()) {
    for (const record::Setting& setting : group.settings) {
      const std::string flag = record::flag_name(group, setting);
      const bool address = setting.name == "listen";
      std::string help(address ? group.summary : setting.help);
      if (!setting.standard.empty()) help += fmt::format(" (default: {})", setting.standard);
      CLI::Option* option = options.add_option("--" + flag, given->settings[flag], help);
      option->type_name(std::string(type_name(setting.kind)))->expected(1)->allow_extra_args(false)->take_all();
      // What few need is in the printed configuration; a help of eighty options helps nobody.
      if (!group.name.empty() && !address) option->group("");
    }
  }
  return [given](std::span<const std::string>) { return record_until_told(*given); };
}

constexpr std::array kExamples = {
    Example{"As it is, for this host alone:", "inquest record"},
    Example{"For the network: kernel messages, and telemetry with tokens:",
            "inquest record --netconsole '*:6666' --http '*:8086' --http-token-file keys"},
    Example{"A configuration to start from:", "inquest record --print-config > /etc/inquest/record.toml"},
};

}  // namespace

extern const Command record_command;
const Command record_command = {
    .name = kName,
    .summary = "the flight recorder: keeps what hosts send before they die",
    .description =
        "Receives what a dying host can still send: kernel messages (netconsole), log messages (syslog, journal "
        "upload) and "
        "telemetry, as senders for InfluxDB, Graphite and Prometheus have it. What was acknowledged is on stable "
        "storage. "
        "Point Telegraf, Proxmox VE's metric server or Prometheus at it as at the database that they know.\n\n"
        "Everything listens on this host's loopback unless addresses are given: 127.0.0.1:8086, [::1]:8086, *:8086 for "
        "all, "
        "none for off; udp:, tcp: or tls: before one chooses among what a listener has. Every setting of the "
        "configuration "
        "is a flag as well, with its section's name in front: max-body of [http] is http-max-body.\n\n"
        "SIGHUP reads the configuration again and opens anew what changed, and certificates are read again by "
        "themselves. "
        "SIGTERM answers what was begun, writes down all that was taken, and ends.",
    .arguments = {},
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
