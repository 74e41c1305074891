namespace Berth.Server.Apis;

/// <summary>Headers that every answer of Berth carries unless its route sets stricter ones.</summary>
internal static class SecurityHeaders
{
    /// <summary>What an answer that is no page may load, be framed by, or send a form to: nothing. The last three do not follow from the first.</summary>
    public const string NothingPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private const string NoFeatures =
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), "
        + "microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()";

    public static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = NothingPolicy;
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = NoFeatures;
        headers.CacheControl = "no-store";
        SetTransport(context);
    }

    /// <summary>Over TLS, browsers are told to come back over TLS only (RFC 6797). Subdomains are not ours to decide about.</summary>
    public static void SetTransport(HttpContext context)
    {
        if (context.Request.IsHttps)
            context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
    }
}
