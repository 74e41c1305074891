using System.Net.Http.Headers;
using Berth.Cli.Commands;

namespace Berth.Cli.Http;

/// <summary>The resource <c>/api/v1/plugins/install</c> of a host.</summary>
internal static class PackageInstallApi
{
    private const string Path = "/api/v1/plugins/install";

    /// <summary>Sends a package file, or names a repository.</summary>
    public static Task<T> SendPackageAsync<T>(
        this ApiConnection host, string origin, string? version, IReadOnlyList<string>? grant, string query, CancellationToken cancellationToken) =>
        PackageOrigin.IsRepository(origin)
            ? host.SendAsync<T>(HttpMethod.Post, Path + query, new { method = "github", repo_url = origin, version, grant }, cancellationToken)
            : host.SendContentAsync<T>(HttpMethod.Post, Path + query, () => Form(origin, grant), cancellationToken);

    private static MultipartFormDataContent Form(string file, IReadOnlyList<string>? grant)
    {
        var content = new StreamContent(File.OpenRead(file)) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        var form = new MultipartFormDataContent { { new StringContent("local-file"), "method" } };
        if (grant is not null)
        {
            form.Add(new StringContent(string.Join(',', grant)), "grant");
        }

        form.Add(content, "file", "package.berth");
        return form;
    }
}
