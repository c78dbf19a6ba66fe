# What differs from place to place: where the API is, and who may purge. Included by varnish.vcl.

vcl 4.1;

backend api {
  .host = "127.0.0.1";
  .port = "3000";
  .connect_timeout = 1s;
  # Longer than the longest request of the API.
  .first_byte_timeout = 20s;
  .between_bytes_timeout = 5s;
}

# The API's processes, by the address that they come from; never a header that a client can write.
acl purgers {
  "127.0.0.1";
  "::1";
}
