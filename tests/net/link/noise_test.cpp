// SPDX-License-Identifier: Apache-2.0
#include "net/link/noise.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "net/link/seal.h"

namespace parley::link {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes from_hex(const std::string& hex) {
  Bytes out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) out.push_back(static_cast<uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  return out;
}

struct Vector {
  std::string name;
  std::map<std::string, Bytes> fields;
  std::vector<Bytes> payloads, ciphertexts;

  Secret<32> secret(const std::string& field) const {
    Secret<32> out;
    std::copy_n(fields.at(field).begin(), 32, out.data());
    return out;
  }
  PublicKey key(const std::string& field) const {
    PublicKey out;
    std::copy_n(fields.at(field).begin(), 32, out.begin());
    return out;
  }
};

std::vector<Vector> load_vectors() {
  std::ifstream file(PARLEY_SOURCE_DIR "/tests/net/link/vectors/noise_ik.txt");
  std::vector<Vector> out;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string what, value;
    words >> what >> value;
    if (what.empty() || what == "#") continue;
    if (what == "vector")
      out.push_back({value, {}, {}, {}});
    else if (what == "payload")
      out.back().payloads.push_back(from_hex(value));
    else if (what == "ciphertext")
      out.back().ciphertexts.push_back(from_hex(value));
    else
      out.back().fields[what] = from_hex(value);
  }
  return out;
}

void expect_transport_messages(const Vector& v, const NoiseKeys& client, const NoiseKeys& server) {
  for (size_t i = 2; i < v.payloads.size(); ++i) {
    const bool by_client = i % 2 == 0;
    const NoiseKeys& keys = by_client ? client : server;
    Secret<32> key;
    std::copy_n(keys.send.data(), 32, key.data());
    Bytes text = v.payloads[i];
    text.resize(text.size() + 16);
    SealKey(Cipher::kChaCha20Poly1305, std::move(key)).seal((i - 2) / 2, {}, text);
    EXPECT_EQ(text, v.ciphertexts[i]) << v.name << " message " << i;
  }
}

TEST(Noise, ReproducesThePublishedVectorsOfTwoImplementations) {
  const std::vector<Vector> vectors = load_vectors();
  ASSERT_EQ(vectors.size(), 2u);
  for (const Vector& v : vectors) {
    SCOPED_TRACE(v.name);
    const Secret<32> client_static = v.secret("init_static"), server_static = v.secret("resp_static");
    const PublicKey server_public = v.key("init_remote_static");
    EXPECT_EQ(public_key_of(server_static), server_public);
    NoiseInitiator client(v.fields.at("prologue"), client_static, server_public);
    NoiseResponder server(v.fields.at("prologue"), server_static, server_public);

    Bytes request(v.ciphertexts[0].size()), payload(v.payloads[0].size());
    ASSERT_TRUE(client.write_request(v.secret("init_ephemeral"), v.payloads[0], request));
    EXPECT_EQ(request, v.ciphertexts[0]);
    ASSERT_TRUE(server.read_request(request, payload));
    EXPECT_EQ(payload, v.payloads[0]);
    EXPECT_EQ(server.client(), public_key_of(client_static));

    Bytes answer(v.ciphertexts[1].size());
    payload.resize(v.payloads[1].size());
    NoiseKeys at_client, at_server;
    ASSERT_TRUE(server.prepare_answer(v.secret("resp_ephemeral")));
    server.write_answer(v.payloads[1], answer, at_server);
    EXPECT_EQ(answer, v.ciphertexts[1]);
    ASSERT_TRUE(client.read_answer(answer, payload, at_client));
    EXPECT_EQ(payload, v.payloads[1]);
    EXPECT_EQ(at_client.transcript, at_server.transcript);
    if (v.fields.contains("handshake_hash")) {
      EXPECT_EQ(Bytes(at_client.transcript.begin(), at_client.transcript.end()), v.fields.at("handshake_hash"));
    }
    expect_transport_messages(v, at_client, at_server);
  }
}

}  // namespace
}  // namespace parley::link
