// bench_journal_export ENTRIES: writes that many journal entries of six boots of one host to standard output, in the
// export format, for systemd-journal-remote to make journal files of. The same count gives the same bytes everywhere.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

namespace {

constexpr uint64_t kStart = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z, in microseconds
constexpr uint64_t kBoots = 6;
constexpr uint64_t kKernelPercent = 22;  // as in a journal of a virtualisation host

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

struct Service {
  const char* identifier;
  const char* unit;
  const char* executable;
  uint32_t pid;
};
constexpr Service kServices[] = {
    {"pvestatd", "pvestatd.service", "/usr/bin/perl", 1402},
    {"sshd", "ssh.service", "/usr/sbin/sshd", 988},
    {"systemd", "init.scope", "/usr/lib/systemd/systemd", 1},
    {"smartd", "smartmontools.service", "/usr/sbin/smartd", 901},
    {"pvedaemon", "pvedaemon.service", "/usr/bin/perl", 1835},
    {"postfix/smtpd", "postfix@-.service", "/usr/lib/postfix/sbin/smtpd", 2214},
    {"corosync", "corosync.service", "/usr/sbin/corosync", 1377},
    {"CRON", "cron.service", "/usr/sbin/cron", 3120},
};

std::string kernel_message(Random& random) {
  const uint32_t n = random.below(1'000'000);
  switch (random.below(400)) {
    case 0: return fmt::format("BUG: unable to handle page fault for address: {:016x}, Oops: 0002 [#1]", n * 4096ULL);
    case 1: return fmt::format("Kernel panic - not syncing: Fatal exception in interrupt {}", n);
    default: break;
  }
  switch (n % 4) {
    case 0: return fmt::format("vmbr0: port {}(tap{}i0) entered forwarding state", n % 16, n % 9000);
    case 1: return fmt::format("nvme nvme{}: I/O {} QID {} timeout, completion polled", n % 4, n, n % 32);
    case 2: return fmt::format("audit: type=1400 audit({}.{:03}:{}): apparmor=\"STATUS\"", n, n % 1000, n % 777);
    default: return fmt::format("EXT4-fs (dm-{}): mounted filesystem with ordered data mode, block {}", n % 40, n);
  }
}

std::string service_message(Random& random) {
  const uint32_t n = random.below(1'000'000);
  switch (n % 4) {
    case 0: return fmt::format("status update time ({}.{:03} seconds)", n % 20, n % 1000);
    case 1:
      return fmt::format("Accepted publickey for root from 10.0.{}.{} port {} ssh2", n % 256, n % 250, n % 60'000);
    case 2: return fmt::format("Device: /dev/nvme{}n1, temperature changed to {} Celsius, sample {}", n % 4, n % 60, n);
    default: return fmt::format("<root@pam> successful auth for user 'root@pam', ticket {:08X}", n * 2'654'435'761U);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: bench_journal_export ENTRIES\n", stderr);
    return 2;
  }
  const uint64_t entries = std::strtoull(arguments[1], nullptr, 10);
  Random random;
  uint64_t now = kStart;
  uint64_t booted = now;
  uint64_t boot = 0;
  std::string text;
  for (uint64_t i = 0; i < entries; ++i) {
    if (i == boot * entries / kBoots) {
      ++boot;
      now += 60'000'000;
      booted = now;
    }
    now += 1 + random.below(400'000);
    const std::string id = fmt::format("{:032x}", boot * 0x1234567);
    text.clear();
    auto out = std::back_inserter(text);
    fmt::format_to(out, "__REALTIME_TIMESTAMP={}\n__MONOTONIC_TIMESTAMP={}\n_BOOT_ID={}\n", now, now - booted, id);
    text += "_MACHINE_ID=00112233445566778899aabbccddeeff\n_HOSTNAME=pve\n";
    if (random.below(100) < kKernelPercent) {
      fmt::format_to(out, "_TRANSPORT=kernel\nSYSLOG_FACILITY=0\nSYSLOG_IDENTIFIER=kernel\nPRIORITY={}\n",
                     3 + random.below(4));
      fmt::format_to(out, "_SOURCE_MONOTONIC_TIMESTAMP={}\nMESSAGE={}\n\n", now - booted - random.below(3000),
                     kernel_message(random));
    } else {
      const Service& service = kServices[random.below(std::size(kServices))];
      const uint32_t pid = service.pid + random.below(40);
      fmt::format_to(out, "_TRANSPORT=syslog\nSYSLOG_FACILITY=3\nPRIORITY={}\nSYSLOG_IDENTIFIER={}\n",
                     4 + random.below(3), service.identifier);
      fmt::format_to(out, "_UID=0\n_GID=0\n_PID={}\nSYSLOG_PID={}\n_COMM={:.15}\n_EXE={}\n", pid, pid,
                     service.identifier, service.executable);
      fmt::format_to(out, "_CMDLINE={} --system\n_CAP_EFFECTIVE=1ffffffffff\n_SELINUX_CONTEXT=unconfined\n",
                     service.executable);
      fmt::format_to(out, "_SYSTEMD_CGROUP=/system.slice/{}\n_SYSTEMD_UNIT={}\n", service.unit, service.unit);
      text += "_SYSTEMD_SLICE=system.slice\n_SYSTEMD_INVOCATION_ID=";
      fmt::format_to(out, "{:032x}\n", boot * 1000 + service.pid);
      fmt::format_to(out, "_SOURCE_REALTIME_TIMESTAMP={}\nMESSAGE={}\n\n", now - random.below(900),
                     service_message(random));
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return 0;
}
