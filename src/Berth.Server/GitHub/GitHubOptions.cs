namespace Berth.Server.GitHub;

/// <summary>Where releases are looked for.</summary>
public sealed record GitHubOptions
{
    /// <summary>The public API.</summary>
    public static readonly Uri PublicApi = new("https://api.github.com/");

    /// <summary>Address of the API. Another one than the public API may be an address of a private network, and plain http.</summary>
    public Uri Api { get; init; } = PublicApi;

    /// <summary>Hosts, beside the API's own, to which a download may be redirected; a leading dot means all below it.</summary>
    public IReadOnlyList<string> DownloadHosts { get; init; } = ["github.com", ".githubusercontent.com"];

    /// <summary>How long an answer may take until its headers are there. Default 30 seconds.</summary>
    public TimeSpan AnswerTimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a whole download may take. Default 5 minutes.</summary>
    public TimeSpan DownloadTimeLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a request may go there.</summary>
    public bool Permits(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (IsApi(address))
            return true;
        return address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && address.UserInfo.Length == 0 && DownloadHosts.Any(host =>
            host[0] == '.' ? address.Host.EndsWith(host, StringComparison.OrdinalIgnoreCase) : address.Host.Equals(host, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether the address is the API's own.</summary>
    public bool IsApi(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Scheme == Api.Scheme && address.Host.Equals(Api.Host, StringComparison.OrdinalIgnoreCase) && address.Port == Api.Port && address.UserInfo.Length == 0;
    }
}
