#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "support/decoding.h"

namespace inquest::decode {

extern const Decoder pve_guest_decoder;

namespace {

model::Case read(std::string_view text, const std::string& name = "100.conf") {
  return testing::decode_with(pve_guest_decoder, text, name);
}

std::string value(const model::Case& c, std::string_view key) {
  const auto found = std::ranges::find(c.facts, key, &model::Fact::key);
  return found == c.facts.end() ? "(none)" : found->value;
}

constexpr std::string_view kMachine =
    "#a note: with a colon\nagent: 1\nboot: order=scsi0\ncores: 4\nhostpci0: 0000:01:00,pcie=1\nscsihw: "
    "virtio-scsi-pci\n"
    "scsi0: local-zfs:vm-100-disk-0,size=32G\n\n[before]\nserial0: socket\n";

TEST(PveGuest, TellsWhatIsInForceAndNotWhatASnapshotHad) {
  const model::Case c = read(kMachine);
  EXPECT_EQ(value(c, "guest.100.kind"), "qemu");
  EXPECT_EQ(value(c, "guest.100.hostpci0"), "0000:01:00,pcie=1");
  EXPECT_EQ(value(c, "guest.100.serial0"), "(none)");
}

TEST(PveGuest, KnowsAContainer) {
  const model::Case c =
      read("arch: amd64\nhostname: web\nrootfs: local-zfs:subvol-101-disk-0\nmemory: 512\n", "101.conf");
  EXPECT_EQ(value(c, "guest.101.kind"), "lxc");
}

TEST(PveGuest, TakesHostAndNumberFromThePrompt) {
  const model::Case c = read("root@node-a:~# qm config 9000\nboot: c\nserial0: socket\nvga: serial0\n", "notes.txt");
  EXPECT_EQ(value(c, "guest.9000.serial0"), "socket");
  EXPECT_EQ(c.str(c.facts[0].host), "node-a");
}

TEST(PveGuest, ClaimsNoOtherSettings) {
  const auto claim = [](std::string_view text) { return pve_guest_decoder.sniff({text, "100.conf", true}); };
  EXPECT_EQ(claim(kMachine), Claim::Certain);
  EXPECT_EQ(claim("name: x\nversion: 1\nmemory: 2\n"), Claim::No);
  EXPECT_EQ(claim("boot: x\nsome prose, not a setting\nscsi0: y\ncpu: z\n"), Claim::No);
}

}  // namespace
}  // namespace inquest::decode
