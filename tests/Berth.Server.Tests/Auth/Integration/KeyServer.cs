using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;

namespace Berth.Server.Tests.Auth.Integration;

/// <summary>An issuer of identity tokens that shows its keys over https on 127.0.0.1, with a certificate of an authority made for it.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly X509Certificate2 _certificate;
    private WebApplication? _app;
    private int _port;

    public KeyServer()
    {
        Authority = NewAuthority();
        _certificate = NewCertificate(Authority);
    }

    public X509Certificate2 Authority { get; }

    public string Address => $"https://127.0.0.1:{_port}/keys";

    public int Asked { get; private set; }

    public int Status { get; set; } = 200;

    public string Body { get; set; } = "";

    /// <summary>Whether the answer does not say how long it is.</summary>
    public bool IsChunked { get; set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port, listen => listen.UseHttps(_certificate)));
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            Asked++;
            var bytes = Encoding.UTF8.GetBytes(Body);
            context.Response.StatusCode = Status;
            if (Status == 302)
                context.Response.Headers.Location = Address + "/elsewhere";
            if (!IsChunked)
                context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        });
        await _app.StartAsync();
        _port = new Uri(_app.Urls.First()).Port;
    }

    public async Task StopAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _app = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _certificate.Dispose();
        Authority.Dispose();
    }

    public static X509Certificate2 NewAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 NewCertificate(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddHours(12), [1, 2, 3, 4]);
        using var whole = signed.CopyWithPrivateKey(key);
        // With its key in memory alone some platforms do not serve it.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
