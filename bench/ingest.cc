// bench_ingest [--hours H] [--long H] [--hosts N] [--only NAME]...: the recorder beside InfluxDB and VictoriaMetrics,
// where they are installed: what taking Telegraf's data over HTTP costs, what it takes on disk and in memory, how fast
// small batches are acknowledged, and what three questions cost. One server runs at a time, on loopback, with a folder
// under $TMPDIR. Names: inquest, influxdb, victoriametrics, netconsole (bench_netconsole, which it calls).
//
// Each server gets the same: H hours of N hosts, ending now, in requests of 50 hosts over 8 connections; 20 minutes
// more of them in requests of one host over 32 connections; and the uptimes of the 24 hours before. --long takes all
// that these hosts have to say in so many hours before, inquest alone: what a day of running does to disk, memory and
// the questions' times.
#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <sys/resource.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/time.h"
#include "http_load.h"
#include "server.h"
#include "store/sqlite_store.h"
#include "telegraf_data.h"

namespace {

using namespace inquest;
using namespace inquest::bench;
using Clock = std::chrono::steady_clock;

constexpr size_t kAtOnce = 50;  // hosts in a large request
constexpr size_t kConnections = 8;
constexpr size_t kSmallConnections = 32;
constexpr Ns kSmall = 20 * kMinute;
constexpr double kSmallSeconds = 8;

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Data {
  int hosts = 500;
  Ns begin = 0;  // of the hours that are sent to everybody
  Ns end = 0;    // behind them come the small requests' minutes
  uint64_t values = 0;
  std::vector<std::string> large;
  std::vector<std::string> small;
  std::vector<std::string> uptimes;
};

std::vector<std::string_view> views(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

// The hosts' lines of [from, to), so many hosts a text; gives how many values they have.
uint64_t generate(std::vector<TelegrafHost>& hosts, Ns from, Ns to, size_t at_once, std::vector<std::string>& out) {
  uint64_t values = 0;
  for (Ns time = from; time < to; time += kTelegrafInterval) {
    for (size_t first = 0; first < hosts.size(); first += at_once) {
      std::string& text = out.emplace_back();
      for (size_t i = first; i < std::min(first + at_once, hosts.size()); ++i, values += kValuesPerHost) {
        hosts[i].append(text, time);
      }
    }
  }
  return values;
}

Data make_data(int hosts, double hours, double long_hours) {
  Data data;
  data.hosts = hosts;
  const Ns now = utc_now();
  data.end = now / kTelegrafInterval * kTelegrafInterval - kSmall;
  data.begin = data.end - static_cast<Ns>(hours * 360) * kTelegrafInterval;
  std::vector<TelegrafHost> all;
  for (int i = 0; i < hosts; ++i) all.emplace_back(i);
  data.values = generate(all, data.begin, data.end, kAtOnce, data.large);
  (void)generate(all, data.end, data.end + kSmall, 1, data.small);
  const Ns told = data.begin - static_cast<Ns>(long_hours * 360) * kTelegrafInterval;  // from here on, and more
  for (Ns time = data.end - kDay; time < told; time += kTelegrafInterval) {
    std::string& text = data.uptimes.emplace_back();
    for (int host = 0; host < hosts; ++host) {
      fmt::format_to(std::back_inserter(text), "system,host=host-{:04}.example.com uptime={}i {}\n", host,
                     (time - data.end) / kSecond + 100'000 + host, time);
    }
  }
  return data;
}

struct Question {
  std::string target;
  std::string body{};
  std::string type = "application/x-www-form-urlencoded";
  std::string expected = "host-0003";  // is in the answer
};

// What the three questions are called in InfluxDB's language.
std::array<Question, 3> influxql(const Data& data) {
  const auto ask = [](const std::string& query) {
    return Question{.target = "/query?db=telegraf&q=" + percent_encoded(query)};
  };
  const std::string day = fmt::format("time >= {} AND time < {}", data.end - kDay, data.end);
  std::array<Question, 3> out = {
      ask(fmt::format("SELECT last(uptime) FROM system WHERE {} GROUP BY host", day)),
      ask(fmt::format("SELECT usage_idle FROM cpu WHERE host = 'host-0003.example.com' AND cpu = 'cpu-total' AND "
                      "time >= {} AND time < {}",
                      data.end - 10 * kMinute, data.end - 5 * kMinute)),
      ask(fmt::format("SELECT max(gap) FROM (SELECT elapsed(uptime, 1s) AS gap FROM system WHERE {} GROUP BY host) "
                      "GROUP BY host",
                      day))};
  out[1].expected = "usage_idle";
  return out;
}

std::array<Question, 3> metricsql(const Data& data) {
  const auto ask = [](const std::string& query, Ns at) {
    return Question{.target =
                        fmt::format("/api/v1/query?nocache=1&time={}&query={}", at / kSecond, percent_encoded(query))};
  };
  return {ask("last_over_time(system_uptime[24h])", data.end - 1),
          ask("cpu_usage_idle{host=\"host-0003.example.com\",cpu=\"cpu-total\"}[5m]", data.end - 5 * kMinute),
          ask("max_over_time(lag(system_uptime[5m])[24h:30s])", data.end - 1)};
}

// What one server shows; what was not measured is not there.
struct Figures {
  std::optional<double> start, rate, cpu, disk, small_rate, small_p99, small_cpu, peak, memory;
  std::array<std::optional<double>, 3> answers;  // ms
};

struct Contestant {
  std::string name;
  int port = 0;
  std::string write_path;
  std::vector<std::string> command{};  // its folder is in it
  std::function<void(Server&)> prepare = [](Server&) {};
  std::function<double(Server&)> compact{};  // gives CPU seconds that are not the server's own
  std::array<Question, 3> questions{};
};

void expect_all(const Load& load, std::string_view name) {
  if (load.refused > 0) die(fmt::format("{} refused {} batches: {}", name, load.refused, load.complaint));
}

// The best of three, in milliseconds.
double answer_time(const Server& server, const Question& question) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto start = Clock::now();
    const std::string answer = ask(server.port(), question.target, question.body, question.type);
    const double took = since(start) * 1000;
    if (!answer.starts_with("HTTP/1.1 200") || answer.find(question.expected) == std::string::npos) {
      die("no answer: " + answer.substr(0, 1000));
    }
    best = std::min(best, took);
    if (took > 3000) break;
  }
  return best;
}

// Hours before those that all get, made while nobody's time is taken.
void take_long(Server& server, const Contestant& one, const Data& data, double hours, const Folder& folder) {
  std::vector<TelegrafHost> hosts;
  for (int i = 0; i < data.hosts; ++i) hosts.emplace_back(i);
  const Ns begin = data.begin - static_cast<Ns>(hours * 360) * kTelegrafInterval;
  uint64_t values = 0;
  for (Ns time = begin; time < data.begin; time += 5 * kMinute) {
    std::vector<std::string> texts;
    values += generate(hosts, time, std::min(data.begin, time + 5 * kMinute), kAtOnce, texts);
    HttpLoad load(server.port(), one.write_path, kConnections);
    expect_all(load.run(views(texts), 600), one.name);
  }
  server.settle();
  const double cpu = server.cpu_seconds();
  const double memory = server.memory_mb();
  const double peak = server.peak_mb();
  const double elsewhere = one.compact(server);
  fmt::print(
      "{} h of {} hosts: {} values, {:.2f} us CPU a value, {:.2f} B a value on disk, memory {:.0f} MB, at most "
      "{:.0f} MB\n\n",
      hours, data.hosts, grouped(values), (cpu + elsewhere) * 1e6 / static_cast<double>(values),
      static_cast<double>(folder.bytes()) / static_cast<double>(values), memory, peak);
}

Figures measure(const Contestant& one, const Folder& folder, const Data& data, double long_hours) {
  Figures out;
  Server server(one.command, one.port);
  out.start = server.start_ms();
  one.prepare(server);
  if (long_hours > 0) take_long(server, one, data, long_hours, folder);
  const auto values = static_cast<double>(data.values);
  const double cpu_before = server.cpu_seconds();
  const auto disk_before = static_cast<double>(folder.bytes());
  {
    HttpLoad load(server.port(), one.write_path, kConnections);
    const Load done = load.run(views(data.large), 600);
    expect_all(done, one.name);
    out.rate = values / done.seconds / 1e6;
  }
  server.settle();
  out.peak = server.peak_mb();
  out.memory = server.memory_mb();
  const double elsewhere = one.compact(server);
  out.cpu = (server.cpu_seconds() - cpu_before + elsewhere) * 1e6 / values;
  out.disk = (static_cast<double>(folder.bytes()) - disk_before) / values;
  {
    HttpLoad load(server.port(), one.write_path, kSmallConnections);
    const double cpu = server.cpu_seconds();
    const Load done = load.run(views(data.small), kSmallSeconds);
    out.small_cpu = (server.cpu_seconds() - cpu) * 1e6 / static_cast<double>(done.answered * kLinesPerHost);
    expect_all(done, one.name);
    out.small_rate = static_cast<double>(done.answered * kLinesPerHost) / done.seconds / 1e3;
    out.small_p99 = done.percentile(0.99);
  }
  {
    HttpLoad load(server.port(), one.write_path, 2);
    expect_all(load.run(views(data.uptimes), 600), one.name);
  }
  server.settle(5);
  one.compact(server);
  for (size_t i = 0; i < out.answers.size(); ++i) out.answers[i] = answer_time(server, one.questions[i]);
  return out;
}

Contestant recorder(const Data& data, const std::string& folder, const std::string& program) {
  Contestant one{.name = "inquest", .port = free_port(), .write_path = "/write?db=telegraf"};
  one.command = {program, "record", "--data", folder, "--http", fmt::format("127.0.0.1:{}", one.port)};
  for (const char* other : {"--graphite", "--influx-udp", "--journal", "--netconsole", "--syslog"}) {
    one.command.insert(one.command.end(), {other, "none"});
  }
  // What it would do by itself when the day is over.
  one.compact = [folder](Server& server) {
    server.stop();
    const double before = own_cpu_seconds();
    auto store = store::SqliteStore::open({.folder = folder});
    if (!store) die(store.error().text());
    if (auto done = (*store)->compact(); !done) die(done.error().text());
    store->reset();
    const double took = own_cpu_seconds() - before;
    server.start();
    return took;
  };
  one.questions = influxql(data);
  one.questions[2] = {
      .target = "/api/v2/query?org=none",
      .body =
          fmt::format("from(bucket: \"telegraf\") |> range(start: {}, stop: {}) |> filter(fn: (r) => r._measurement "
                      "== \"system\" and r._field == \"uptime\") |> elapsed(unit: 1s) |> max(column: \"elapsed\")",
                      format_utc({data.end - kDay, Precision::Second}), format_utc({data.end, Precision::Second})),
      .type = "application/vnd.flux",
      .expected = "host-0003"};
  return one;
}

Contestant influxdb(const Data& data, const std::string& folder) {
  Contestant one{.name = "InfluxDB 1.6", .port = free_port(), .write_path = "/write?db=telegraf"};
  const std::string settings = folder + "/influxdb.conf";
  std::ofstream(settings) << fmt::format(
      "reporting-disabled = true\nbind-address = \"127.0.0.1:{}\"\n[meta]\ndir = \"{}/meta\"\n[data]\ndir = "
      "\"{}/data\"\nwal-dir = \"{}/wal\"\nquery-log-enabled = false\ncache-snapshot-write-cold-duration = \"3s\"\n"
      "compact-full-write-cold-duration = \"5s\"\n[monitor]\nstore-enabled = false\n[http]\nbind-address = "
      "\"127.0.0.1:{}\"\nlog-enabled = false\n",
      free_port(), folder, folder, folder, one.port);
  one.command = {"influxd", "run", "-config", settings};
  one.prepare = [](Server& server) { (void)ask(server.port(), "/query", "q=CREATE+DATABASE+telegraf"); };
  one.compact = [](Server& server) {
    server.settle(12);
    return 0.0;
  };
  one.questions = influxql(data);
  return one;
}

Contestant victoriametrics(const Data& data, const std::string& folder) {
  Contestant one{.name = "VictoriaMetrics 1.79", .port = free_port(), .write_path = "/write?db=telegraf"};
  one.command = {"victoria-metrics", "-storageDataPath=" + folder, "-retentionPeriod=12", "-loggerLevel=ERROR",
                 fmt::format("-httpListenAddr=127.0.0.1:{}", one.port)};
  one.compact = [](Server& server) {
    (void)ask(server.port(), "/internal/force_flush");
    (void)ask(server.port(), "/internal/force_merge");
    server.settle(3);
    return 0.0;
  };
  one.questions = metricsql(data);
  return one;
}

bool installed(const std::string& program) {
  return std::system(fmt::format("command -v {} > /dev/null 2>&1", program).c_str()) == 0;
}

struct Netconsole {
  double rate = 0;
  double cost = 0;   // us a message
  double words = 0;  // and for the index, which is made behind it
};

// What bench_netconsole says last of what was stored without loss.
std::optional<Netconsole> netconsole(const std::string& program) {
  std::FILE* out = ::popen(program.c_str(), "r");
  if (out == nullptr) return std::nullopt;
  std::optional<Netconsole> found;
  char line[512];
  while (std::fgets(line, sizeof line, out) != nullptr) {
    Netconsole one;
    if (std::sscanf(line, "without loss, stored: %lf messages/s on one core, %lf us a message, %lf", &one.rate,
                    &one.cost, &one.words) == 3) {
      found = one;
    }
  }
  ::pclose(out);
  return found;
}

// One row of the table: the peers, ours, and how ours stands to the best of them.
void row(std::string_view what, bool more_is_better, std::string_view asked, const std::vector<Figures>& all,
         const std::function<std::optional<double>(const Figures&)>& read) {
  fmt::print("{:<46}", what);
  std::optional<double> best;
  for (size_t i = 1; i < all.size(); ++i) {
    const auto value = read(all[i]);
    fmt::print("{:>12}", value ? fmt::format("{:.2f}", *value) : "-");
    if (value && (!best || (more_is_better ? *value > *best : *value < *best))) best = value;
  }
  const auto ours = read(all[0]);
  fmt::print("{:>12}", ours ? fmt::format("{:.2f}", *ours) : "-");
  const bool comparable = ours && best && *ours > 0 && *best > 0;
  fmt::print("{:>9}{:>12}\n", comparable ? fmt::format("{:.1f}x", more_is_better ? *ours / *best : *best / *ours) : "-",
             asked);
}

void print_table(const std::vector<Figures>& all, const std::optional<Netconsole>& console) {
  fmt::print("{:<46}{:>12}{:>12}{:>12}{:>9}{:>12}\n", "", "InfluxDB", "Victoria", "inquest", "ratio", "asked");
  row("starts in a new folder within, ms", false, "50", all, [](const auto& f) { return f.start; });
  row("M values/s over HTTP, acknowledged", true, "4", all, [](const auto& f) { return f.rate; });
  row("us CPU a value, compaction with it", false, "0.35", all, [](const auto& f) { return f.cpu; });
  row("bytes a value on disk, compacted", false, "1.4", all, [](const auto& f) { return f.disk; });
  row("one host a batch, 32 connections: K lines/s", true, "200", all, [](const auto& f) { return f.small_rate; });
  row("   99 % of them are acknowledged within, ms", false, "20", all, [](const auto& f) { return f.small_p99; });
  row("   us CPU a line, while it comes", false, "", all, [](const auto& f) { return f.small_cpu; });
  row("last uptime of each host over 24 h, ms", false, "10", all, [](const auto& f) { return f.answers[0]; });
  row("five minutes of one series, ms", false, "1", all, [](const auto& f) { return f.answers[1]; });
  row("longest gap of each host over 24 h, ms", false, "20", all, [](const auto& f) { return f.answers[2]; });
  row("memory behind it, MB", false, "150", all, [](const auto& f) { return f.memory; });
  row("memory at most, MB", false, "", all, [](const auto& f) { return f.peak; });
  if (console) {
    fmt::print("{:<46}{:>24}{:>12.0f}{:>9}{:>12}\n", "netconsole on one core without loss, K/s", "netconsd 35",
               console->rate / 1e3, fmt::format("{:.1f}x", console->rate / 35e3), "300");
    fmt::print("{:<46}{:>24}{:>12.2f}{:>9}{:>12}\n", "   us CPU a message, stored", "rsyslog, text: 2.30",
               console->cost, fmt::format("{:.1f}x", 2.3 / console->cost), "2");
    fmt::print("{:<46}{:>24}{:>12.2f}\n", "   us CPU for the index of its words, behind it", "", console->words);
  }
  fmt::print(
      "\nratio: how many times as good as the better of the two. InfluxDB writes to its log before it "
      "acknowledges; VictoriaMetrics\nacknowledges what a kill -9 loses, and its longest gap is approximate "
      "(steps of 30 s). netconsd and rsyslog: measured earlier.\n");
}

}  // namespace

int main(int argc, char** argv) {
  double hours = 1;
  double long_hours = 0;
  int hosts = 500;
  std::vector<std::string> only;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--hours") {
      hours = std::strtod(argv[i + 1], nullptr);
    } else if (name == "--long") {
      long_hours = std::strtod(argv[i + 1], nullptr);
    } else if (name == "--hosts") {
      hosts = std::atoi(argv[i + 1]);
    } else if (name == "--only") {
      only.emplace_back(argv[i + 1]);
    } else {
      die("usage: bench_ingest [--hours H] [--long H] [--hosts N] [--only NAME]...");
    }
  }
  const auto wanted = [&](std::string_view name) {
    return only.empty() || std::ranges::find(only, name) != only.end();
  };
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const Data data = make_data(hosts, hours, long_hours);
  fmt::print("{} hosts, {} h: {} values\n\n", hosts, hours, grouped(data.values));
  std::vector<Figures> all(3);
  if (wanted("inquest")) {
    const Folder folder;
    all[0] =
        measure(recorder(data, folder.path(), (here.parent_path() / "inquest").string()), folder, data, long_hours);
  }
  if (wanted("influxdb") && !installed("influxd")) {
    fmt::print("not measured: InfluxDB is not installed (package influxdb)\n");
  } else if (wanted("influxdb")) {
    const Folder folder;
    all[1] = measure(influxdb(data, folder.path()), folder, data, 0);
  }
  if (wanted("victoriametrics") && !installed("victoria-metrics")) {
    fmt::print("not measured: VictoriaMetrics is not installed (package victoria-metrics)\n");
  } else if (wanted("victoriametrics")) {
    const Folder folder;
    all[2] = measure(victoriametrics(data, folder.path()), folder, data, 0);
  }
  std::optional<Netconsole> console;
  if (wanted("netconsole")) console = netconsole((here / "bench_netconsole").string());
  print_table(all, console);
  return 0;
}
