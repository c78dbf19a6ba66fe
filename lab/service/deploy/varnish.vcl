# The shared HTTP cache in front of ShelfWise: Varnish 7 with the xkey module (Debian: varnish, varnish-modules).
#   varnishd -f /etc/varnish/varnish.vcl -p vcl_path=/etc/varnish -a 127.0.0.1:8080 -s malloc,256m
# It keeps the public storefront and nothing else. The API needs VARNISH_PURGE_URL=http://127.0.0.1:8080/ and, where
# requests are limited, TRUSTED_PROXY_HOPS=1.

vcl 4.1;

import std;
import xkey;

include "varnish-place.vcl";

sub vcl_recv {
  if (req.method == "PURGE") {
    if (client.ip !~ purgers) {
      return (synth(403, "Forbidden"));
    }
    if (!req.http.Surrogate-Key) {
      return (synth(400, "Surrogate-Key is missing"));
    }
    set req.http.Purged = xkey.purge(req.http.Surrogate-Key);
    return (synth(200, "Purged"));
  }

  # Requests with a token are between their caller and the API. So is all that is no page of the storefront.
  if ((req.method != "GET" && req.method != "HEAD") || req.http.Authorization ||
      req.url !~ "^/v2/storefront/[a-z0-9-]+/books(/[0-9a-f-]+)?(\?|$)") {
    return (pass);
  }
  unset req.http.Cookie;

  # One address for one page: campaign words and the like would make each visitor a miss.
  if (req.url ~ "/books/" || req.url !~ "[?&]cursor=") {
    set req.url = regsub(req.url, "\?.*$", "");
  } elsif (req.url ~ "[?&]cursor=[A-Za-z0-9_-]+(&|$)" && req.url !~ "[?&]cursor=.*[?&]cursor=") {
    set req.url = regsub(req.url, "^([^?]*)\?(?:.*&)?(cursor=[A-Za-z0-9_-]+).*$", "\1?\2");
  } else {
    return (pass);
  }
  return (hash);
}

# Without the host: it decides about nothing here, and anybody can invent one.
sub vcl_hash {
  hash_data(req.url);
  return (lookup);
}

sub vcl_backend_fetch {
  set bereq.http.X-Fetch-Started = std.time2real(now, 0.0);
}

sub vcl_backend_response {
  if (bereq.uncacheable) {
    return (deliver);
  }
  # A purge does not find what is still on its way, and it would be stored after it. So nothing is stored that took
  # longer than VARNISH_FETCH_MS_MAX, and the API waits that long before it purges. Change both together.
  if (beresp.status != 200 || !beresp.http.Surrogate-Key || beresp.http.Set-Cookie || beresp.http.Vary ||
      beresp.http.Cache-Control !~ "s-maxage=" || beresp.http.Cache-Control ~ "private|no-store|no-cache" ||
      now - std.real2time(std.real(bereq.http.X-Fetch-Started, 0.0), now - 1h) > 250ms) {
    # For a second the next requests go to the API side by side, and the first answer that may be kept is.
    set beresp.ttl = 1s;
    set beresp.grace = 0s;
    set beresp.uncacheable = true;
    return (deliver);
  }
  set beresp.http.xkey = beresp.http.Surrogate-Key;
  # While one request fetches an answer that has grown old, the others get the old one. A purge ends this too.
  set beresp.grace = 10s;
  set beresp.keep = 0s;
  return (deliver);
}

sub vcl_deliver {
  # Caches behind this one cannot be purged: they have to ask each time.
  if (resp.http.Cache-Control ~ "s-maxage=") {
    set resp.http.Cache-Control = "public, max-age=0, must-revalidate";
  }
  if (obj.hits > 0) {
    set resp.http.Cache-Status = "shelfwise; hit";
  } elsif (obj.uncacheable) {
    set resp.http.Cache-Status = "shelfwise; fwd=bypass";
  } else {
    set resp.http.Cache-Status = "shelfwise; fwd=uri-miss; stored";
  }
  unset resp.http.xkey;
  unset resp.http.Surrogate-Key;
  unset resp.http.X-Varnish;
  unset resp.http.Via;
}

sub vcl_synth {
  if (req.method == "PURGE") {
    if (resp.status == 200) {
      set resp.http.Purged = req.http.Purged;
    }
    synthetic("");
    return (deliver);
  }
}
