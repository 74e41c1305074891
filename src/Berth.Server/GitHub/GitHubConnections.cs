namespace Berth.Server.GitHub;

/// <summary>Connections to GitHub: public ones, and to an API that the operator chose.</summary>
internal static class GitHubConnections
{
    public static SocketsHttpHandler Handler(GitHubOptions options) => PublicConnections.Handler(context =>
    {
        var asked = context.InitialRequestMessage.RequestUri;
        // An operator's own choice: another API than the public one, or a proxy in the way.
        return (options.Api != GitHubOptions.PublicApi && asked is not null && options.IsApi(asked))
            || (asked is not null && !asked.Host.Equals(context.DnsEndPoint.Host, StringComparison.OrdinalIgnoreCase));
    });
}
