// SPDX-License-Identifier: Apache-2.0
#include "core/identity/server_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "core/base/limits.h"
#include "core/identity/base64url.h"
#include "core/identity/key_file.h"
#include "core/identity/key_set.h"

namespace parley::identity {
namespace {

namespace fs = std::filesystem;

mode_t mode_of(const fs::path& path) {
  struct stat facts {};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
  return facts.st_mode & 07777;
}

template <class T>
ErrorCode code_of(const Result<T>& result) {
  return result ? ErrorCode::kNone : result.error().code;
}

class ServerKeysTest : public testing::Test {
 protected:
  ServerKeysTest() {
    std::string name = (fs::temp_directory_path() / "parley-keys-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    data_ = root_ / "data";
  }
  ~ServerKeysTest() override { fs::remove_all(root_); }
  Result<ServerKeys> load() { return load_or_make_keys(data_, random_); }
  void write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    std::ofstream(data_ / name, std::ios::binary) << text;
    ASSERT_EQ(::chmod((data_ / name).c_str(), mode), 0);
  }

  SeededRandom random_{42};
  fs::path root_, data_;
};

TEST_F(ServerKeysTest, AreMadeOnceAndStay) {
  const auto first = load();
  ASSERT_TRUE(first) << first.error().text;
  const auto second = load();
  ASSERT_TRUE(second);
  EXPECT_EQ(first->link_public, second->link_public);
  EXPECT_EQ(first->signer.public_key().key, second->signer.public_key().key);
  EXPECT_EQ(first->signer.public_key().id, second->signer.public_key().id);
  EXPECT_NE(as_text(first->link_private.bytes()), std::string(32, '\0'));
}

TEST_F(ServerKeysTest, AreForTheirOwnerOnly) {
  ASSERT_TRUE(load());
  EXPECT_EQ(mode_of(data_), 0700u);
  EXPECT_EQ(mode_of(data_ / "link.key"), 0600u);
  EXPECT_EQ(mode_of(data_ / "ticket.key"), 0600u);
}

TEST_F(ServerKeysTest, LeaveNoTemporaryFiles) {
  ASSERT_TRUE(load());
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(data_)) ++files;
  EXPECT_EQ(files, 2u);
}

TEST_F(ServerKeysTest, ThatOthersMayReadAreRefusedWithTheCure) {
  ASSERT_TRUE(load());
  for (const mode_t mode : {0640u, 0604u, 0660u, 0644u}) {
    ASSERT_EQ(::chmod((data_ / "link.key").c_str(), mode), 0);
    const auto refused = load();
    EXPECT_EQ(code_of(refused), ErrorCode::kPermission);
    EXPECT_NE(refused.error().text.find("chmod 600 " + (data_ / "link.key").string()), std::string::npos) << refused.error().text;
  }
}

TEST_F(ServerKeysTest, OfTheWrongFormAreRefusedAndNotReplaced) {
  ASSERT_TRUE(load());
  for (const std::string& text : {std::string(), std::string("short\n"), std::string(43, '!'), std::string(44, 'A'),
                                  std::string(43, 'A') + "\n\n", std::string(1000, 'A')}) {
    write("ticket.key", text);
    EXPECT_EQ(code_of(load()), ErrorCode::kStoreDamaged) << text.size();
    EXPECT_EQ(fs::file_size(data_ / "ticket.key"), text.size());
  }
}

TEST_F(ServerKeysTest, ADirectoryThatEverybodyWritesToIsRefused) {
  ASSERT_EQ(::mkdir(data_.c_str(), 0700), 0);
  ASSERT_EQ(::chmod(data_.c_str(), 0777), 0);
  EXPECT_EQ(code_of(load()), ErrorCode::kPermission);
}

TEST_F(ServerKeysTest, AFileWhereTheDirectoryShouldBeIsNamed) {
  std::ofstream(root_ / "data") << "x";
  const auto refused = load();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find(data_.string()), std::string::npos);
}

TEST_F(ServerKeysTest, AnUnwritableDirectoryIsRefused) {
  ASSERT_EQ(::mkdir(data_.c_str(), 0500), 0);
  constexpr uid_t kNobody = 65534;  // root writes everywhere, so it steps down for the call
  const uid_t self = ::geteuid();
  if (self == 0) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const auto refused = load();
  if (self == 0) {
    ASSERT_EQ(::seteuid(self), 0);
  }
  EXPECT_EQ(code_of(refused), ErrorCode::kPermission);
}

TEST_F(ServerKeysTest, OfBackendsCountBesideTheOwn) {
  ASSERT_TRUE(load());
  const Signer backend = Signer::make(random_, "backend-1");
  write("ticket-keys.json",
        R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"backend-1","x":")" + to_base64url(backend.public_key().key) + R"("}]})", 0644);
  const auto keys = load();
  ASSERT_TRUE(keys) << keys.error().text;
  EXPECT_NE(keys->ticket_keys.find("backend-1"), nullptr);
  EXPECT_NE(keys->ticket_keys.find(keys->signer.public_key().id), nullptr);
  EXPECT_EQ(keys->ticket_keys.all().size(), 2u);
}

TEST_F(ServerKeysTest, ABrokenKeySetIsNamedByItsFile) {
  ASSERT_TRUE(load());
  write("ticket-keys.json", "{}", 0644);
  const auto refused = load();
  EXPECT_EQ(code_of(refused), ErrorCode::kStoreDamaged);
  EXPECT_TRUE(refused.error().text.starts_with((data_ / "ticket-keys.json").string())) << refused.error().text;
  write("ticket-keys.json", R"({"keys":[]})", 0666);
  EXPECT_EQ(code_of(load()), ErrorCode::kPermission);
}

TEST_F(ServerKeysTest, OneMadeMeanwhileByAnotherProcessWins) {
  ASSERT_TRUE(ensure_key_directory(data_));
  struct Racer final : Random {  // the other process acts when ours has found no file and draws its secret
    explicit Racer(fs::path path) : path_(std::move(path)) {}
    void fill(MutableBytes out) override {
      if (!fs::exists(path_)) {
        std::ofstream(path_) << std::string(43, 'A') << "\n";
        ::chmod(path_.c_str(), 0600);
      }
      SeededRandom(1).fill(out);
    }
    fs::path path_;
  } racer(data_ / "x.key");
  const auto secret = load_or_make_secret(data_ / "x.key", racer);
  ASSERT_TRUE(secret) << secret.error().text;
  EXPECT_EQ(as_text(secret->bytes()), std::string_view(std::string(32, '\0')));
}

TEST(ServerAddress, BracketsIpv6) {
  const std::array<uint8_t, 32> key{};
  EXPECT_EQ(address_of("h", 7777, key), "parley://h:7777#" + std::string(43, 'A'));
  EXPECT_EQ(address_of("::1", 1, key), "parley://[::1]:1#" + std::string(43, 'A'));
}

TEST(KeySetJson, JudgesEachCase) {
  const std::string x(43, 'A');
  const auto ed25519 = [&](const std::string& id, const std::string& more = "") {
    return R"({"kty":"OKP","crv":"Ed25519","kid":")" + id + R"(","x":")" + x + "\"" + more + "}";
  };
  const auto set = [](const std::string& keys) { return R"({"keys":[)" + keys + "]}"; };
  EXPECT_EQ(parse_key_set(set(""))->all().size(), 0u);
  EXPECT_EQ(parse_key_set(set(ed25519("a") + "," + ed25519("b", R"(,"use":"sig","alg":"EdDSA")")))->all().size(), 2u);
  EXPECT_EQ(parse_key_set(set(R"({"kty":"RSA","kid":"r"},7,{"kty":"OKP","crv":"X25519","kid":"e"},)" + ed25519("enc", R"(,"use":"enc")")))
                ->all()
                .size(),
            0u);
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"), set(ed25519("")),
        set(ed25519("a") + "," + ed25519("a")), set(ed25519("a", R"(,"d":"secret")")),
        set(R"({"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"})"), set(R"({"kty":"OKP","crv":"Ed25519","x":")" + x + "\"}")})
    EXPECT_EQ(code_of(parse_key_set(bad)), ErrorCode::kStoreDamaged) << bad;
}

TEST(KeySetJson, IsBoundedInKeysAndBytes) {
  std::string keys = "1";
  for (size_t i = 0; i < kMaxTicketKeys; ++i) keys += ",1";
  EXPECT_EQ(code_of(parse_key_set(R"({"keys":[)" + keys + "]}")), ErrorCode::kStoreDamaged);
  EXPECT_EQ(code_of(parse_key_set(R"({"keys":[]})" + std::string(kMaxKeySetBytes, ' '))), ErrorCode::kStoreDamaged);
  EXPECT_EQ(code_of(parse_key_set(std::string(60'000, '['))), ErrorCode::kStoreDamaged);
}

TEST(KeySet, ReplacesTheKeyOfTheSameId) {
  KeySet keys;
  keys.add({"a", {}});
  keys.add({"a", {7}});
  ASSERT_EQ(keys.all().size(), 1u);
  EXPECT_EQ(keys.find("a")->key[0], 7);
  EXPECT_EQ(keys.find("b"), nullptr);
}

}  // namespace
}  // namespace parley::identity
