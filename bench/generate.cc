// bench_generate FOLDER MEGABYTES: writes that much evidence, half system log lines and half annotated CSV. The same
// arguments give the same bytes on every machine.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "base/time.h"

namespace {

using inquest::Ns;

constexpr Ns kStart = 1'767'225'600 * inquest::kSecond;  // 2026-01-01T00:00:00Z

// xorshift64*, with a fixed seed.
class Random {
 public:
  uint32_t below(uint32_t limit) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<uint32_t>((state_ * 0x2545F4914F6CDD1D) >> 33) % limit;
  }

 private:
  uint64_t state_ = 0x1234567887654321;
};

class Output {
 public:
  explicit Output(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) {
      std::fprintf(stderr, "cannot write %s\n", path.c_str());
      std::exit(4);
    }
  }
  ~Output() { std::fclose(file_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  void line(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), file_);
    std::fputc('\n', file_);
    size_ += text.size() + 1;
  }
  uint64_t size() const { return size_; }

 private:
  std::FILE* file_;
  uint64_t size_ = 0;
};

std::string syslog_stamp(Ns time) {
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const inquest::Civil c = inquest::to_civil(time);
  return fmt::format("{} {:2} {:02}:{:02}:{:02}", kMonths[c.month - 1], c.day, c.hour, c.minute, c.second);
}

std::string message(Random& random, std::string& program) {
  const uint32_t n = random.below(100'000);
  switch (random.below(8)) {
    case 0:
      program = "kernel";
      return fmt::format("[{:5}.{:06}] vmbr0: port {}(tap{}i0) entered forwarding state", n, random.below(1'000'000),
                         n % 16, n % 9000);
    case 1:
      program = fmt::format("sshd[{}]", n);
      return fmt::format("Accepted publickey for root from 10.0.{}.{} port {} ssh2", n % 256, n % 250,
                         1024 + n % 60'000);
    case 2: program = "systemd[1]"; return fmt::format("Started session-{}.scope - Session {} of User root.", n, n);
    case 3: program = fmt::format("CRON[{}]", n); return "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)";
    case 4: program = "pvestatd[1402]"; return fmt::format("status update time ({}.{:03} seconds)", n % 20, n % 1000);
    case 5: program = "pvedaemon[1835]"; return fmt::format("<root@pam> successful auth for user 'root@pam' ({})", n);
    case 6:
      program = fmt::format("postfix/smtpd[{}]", n);
      return fmt::format("connect from localhost[127.0.0.1], {} of {}", n, n * 3);
    default:
      program = "smartd[901]";
      return fmt::format("Device: /dev/nvme{}n1, SMART/Health Information: temperature {} C", n % 4, 30 + n % 20);
  }
}

void write_syslog(const std::string& path, uint64_t bytes) {
  Output out(path);
  Random random;
  Ns time = kStart;
  std::string program;
  while (out.size() < bytes) {
    const std::string text = message(random, program);
    out.line(fmt::format("{} pve {}: {}", syslog_stamp(time), program, text));
    time += random.below(900) * inquest::kMilli;
  }
}

void write_csv(const std::string& path, uint64_t bytes) {
  Output out(path);
  Random random;
  out.line(
      "#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string,string");
  out.line("#group,false,false,true,true,false,false,true,true,true,true");
  out.line("#default,_result,,,,,,,,,");
  out.line(",result,table,_start,_stop,_time,_value,_field,_measurement,cpu,host");
  Ns time = kStart;
  for (int table = 0; out.size() < bytes; ++table) {
    for (int row = 0; row < 5000 && out.size() < bytes; ++row) {
      const Ns at = time + row * 10 * inquest::kSecond;
      out.line(fmt::format(",,{},2026-01-01T00:00:00Z,2026-12-31T00:00:00Z,{},{}.{:04},usage_idle,cpu,cpu{},pve", table,
                           inquest::format_utc({at, inquest::Precision::Second}), 90 + random.below(10),
                           random.below(10'000), table % 24));
    }
    if (table % 24 == 23) time += 5000 * 10 * inquest::kSecond;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("usage: bench_generate FOLDER MEGABYTES\n", stderr);
    return 2;
  }
  const std::string folder = arguments[1];
  const uint64_t part = std::strtoull(arguments[2], nullptr, 10) * 1'000'000 / 8;
  for (int i = 0; i < 4; ++i) {
    write_syslog(fmt::format("{}/syslog.{}", folder, i), part);
    write_csv(fmt::format("{}/cpu.{}.csv", folder, i), part);
  }
  return 0;
}
