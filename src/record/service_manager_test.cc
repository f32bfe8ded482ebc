#include "record/service_manager.h"

#include <array>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "record/socket.h"
#include "support/temp_folder.h"

namespace inquest::record {
namespace {

class ServiceManagerTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
  }
};

TEST_F(ServiceManagerTest, IsToldWhereItListens) {
  const TempFolder folder;
  const std::string path = folder.path("notify");
  const Socket socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(bind(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  ServiceManager::from_environment().notify("READY=1\nSTATUS=there");
  std::array<char, 64> got{};
  ASSERT_EQ(recv(socket.descriptor(), got.data(), got.size(), MSG_DONTWAIT), 20);
  EXPECT_STREQ(got.data(), "READY=1\nSTATUS=there");
}

TEST_F(ServiceManagerTest, IsNotThereWithoutItsSocket) {
  ServiceManager::from_environment().notify("READY=1");
  setenv("NOTIFY_SOCKET", std::string(500, 'x').c_str(), 1);
  ServiceManager::from_environment().notify("READY=1");
  setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
  ServiceManager::from_environment().notify("READY=1");
  EXPECT_FALSE(ServiceManager::from_environment().watchdog());
}

TEST_F(ServiceManagerTest, WantsToHearTwiceInItsTime) {
  setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(ServiceManager::from_environment().watchdog(), 15 * kSecond);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  EXPECT_EQ(ServiceManager::from_environment().watchdog(), 15 * kSecond);
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(ServiceManager::from_environment().watchdog());
  unsetenv("WATCHDOG_PID");
  setenv("WATCHDOG_USEC", "-5", 1);
  EXPECT_FALSE(ServiceManager::from_environment().watchdog());
}

}  // namespace
}  // namespace inquest::record
