#include "emulator/http/tls_identity.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <new>
#include <string_view>
#include <system_error>

namespace bedlam::http {
namespace {

constexpr long kValidForSeconds = 365L * 24 * 60 * 60;
constexpr long kValidSinceSeconds = -24L * 60 * 60;  // clocks of containers differ
constexpr int kSerialBits = 127;                     // RFC 5280 section 4.1.2.2: 20 octets at most

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(BIGNUM* number) const { BN_free(number); }
};
template <typename Object>
using Owned = std::unique_ptr<Object, Free>;

// In ALPN's wire form: a length before each name.
constexpr std::string_view kProtocols = "\x02h2\x08http/1.1";

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* match = nullptr;
  const auto* ours = reinterpret_cast<const unsigned char*>(kProtocols.data());
  const int result =
      SSL_select_next_proto(&match, chosen_size, ours, kProtocols.size(), offered, offered_size);
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

// Of the first thing that went wrong: "No such file or directory", "no start line".
std::string reason() {
  const unsigned long error = ERR_peek_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(error)) return std::generic_category().message(ERR_GET_REASON(error));
  const char* text = ERR_reason_error_string(error);
  return text == nullptr ? "unknown reason" : text;
}

bool add_extension(X509* certificate, int id, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool set_random_serial(X509* certificate) {
  const Owned<BIGNUM> serial(BN_new());
  return serial && BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr;
}

Owned<X509> make_certificate(EVP_PKEY* key) {
  Owned<X509> certificate(X509_new());
  if (!certificate) return nullptr;
  X509* raw = certificate.get();
  X509_NAME* name = X509_get_subject_name(raw);
  const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
  const bool made =
      X509_set_version(raw, X509_VERSION_3) == 1 && set_random_serial(raw) &&
      X509_gmtime_adj(X509_getm_notBefore(raw), kValidSinceSeconds) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(raw), kValidForSeconds) != nullptr &&
      X509_set_pubkey(raw, key) == 1 &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
      X509_set_issuer_name(raw, name) == 1 &&
      add_extension(raw, NID_basic_constraints, "critical,CA:TRUE") &&
      add_extension(raw, NID_ext_key_usage, "serverAuth") &&
      add_extension(raw, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
      X509_sign(raw, key, EVP_sha256()) > 0;
  return made ? std::move(certificate) : nullptr;
}

std::string to_pem(X509* certificate) {
  const Owned<BIO> memory(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1) return "";
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

TlsIdentity::TlsIdentity() : context_(SSL_CTX_new(TLS_server_method())) {
  if (!context_) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context_.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context_.get(), choose_protocol, nullptr);
}

Result<std::shared_ptr<TlsIdentity>, std::string> TlsIdentity::from_files(
    const std::string& certificate, const std::string& key) {
  const std::shared_ptr<TlsIdentity> identity(new TlsIdentity);
  SSL_CTX* context = identity->context();
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
    return certificate + ": no certificate in PEM form (" + reason() + ")";
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool other = ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH;
    const std::string why = reason();
    if (other) return key + ": not the key of the certificate in " + certificate;
    return key + ": no private key in PEM form (" + why + ")";
  }
  return identity;
}

Result<std::shared_ptr<TlsIdentity>, std::string> TlsIdentity::self_signed() {
  const std::shared_ptr<TlsIdentity> identity(new TlsIdentity);
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> certificate = key ? make_certificate(key.get()) : nullptr;
  if (!certificate || SSL_CTX_use_certificate(identity->context(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(identity->context(), key.get()) != 1) {
    return "cannot make a certificate: " + reason();
  }
  identity->certificate_ = to_pem(certificate.get());
  return identity;
}

}  // namespace bedlam::http
