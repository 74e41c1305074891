using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Berth.Packaging.Archive;
using Berth.Server.Problems;

namespace Berth.Server.GitHub;

/// <summary>
/// Finds the package of a release and opens it: release by version → its one <c>.berth</c> asset → the bytes, over
/// redirects to permitted hosts only. Whatever goes wrong is a problem with a code of its own.
/// </summary>
internal sealed class GitHubReleases(HttpClient client, GitHubOptions options, PackageLimits limits)
{
    private const int MostRedirects = 5;
    private const int MostAnswerBytes = 4 * 1024 * 1024;
    private const string Extension = ".berth";
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LaterAgain = TimeSpan.FromMinutes(10);

    /// <summary>The package's bytes; the caller counts them, because a server may say anything about their number.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="version">The version, with or without <c>v</c>; the newest release when absent or <c>latest</c>.</param>
    public async Task<Stream> OpenAsync(RepositoryAddress repository, string? version, CancellationToken cancellationToken)
    {
        var release = await FindAsync(repository, version, cancellationToken)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "github.release_unknown",
                version is null ? $"{repository} has no release, or does not exist." : $"{repository} has no release {version}, or does not exist.");
        var asset = Choose(repository, release);
        if (asset.Size > limits.MaxPackageBytes)
            throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "package.too_large", $"The package is larger than {limits.MaxPackageBytes} bytes.");
        if (!Uri.TryCreate(asset.Url, UriKind.Absolute, out var address))
            throw BadAnswer("names no address for the package");
        var response = await SendAsync(address, "application/octet-stream", cancellationToken) ?? throw BadAnswer("does not have the package it lists");
        return new LimitedDownload(response, await response.Content.ReadAsStreamAsync(cancellationToken), options.DownloadTimeLimit);
    }

    private async Task<GitHubRelease?> FindAsync(RepositoryAddress repository, string? version, CancellationToken cancellationToken)
    {
        var releases = $"repos/{repository.Owner}/{repository.Name}/releases/";
        if (version is null or "latest")
            return await ReadAsync(releases + "latest", cancellationToken);
        var bare = version[0] is 'v' or 'V' ? version[1..] : version;
        return await ReadAsync($"{releases}tags/{Uri.EscapeDataString("v" + bare)}", cancellationToken)
            ?? await ReadAsync($"{releases}tags/{Uri.EscapeDataString(bare)}", cancellationToken);
    }

    private static GitHubAsset Choose(RepositoryAddress repository, GitHubRelease release)
    {
        var packages = (release.Assets ?? []).Where(asset => asset.Name?.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) == true).ToList();
        return packages switch
        {
            [var only] => only,
            [] => throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "github.asset_missing",
                $"The release {release.TagName} of {repository} has no file that ends with {Extension}. Ask its publisher to attach the package ('berth pack')."),
            _ => throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "github.asset_ambiguous",
                $"The release {release.TagName} of {repository} has {packages.Count} files that end with {Extension}. Download the right one and upload it."),
        };
    }

    private async Task<GitHubRelease?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new Uri(options.Api, path), "application/vnd.github+json", cancellationToken);
        if (response is null)
            return null;
        try
        {
            await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken).WaitAsync(options.AnswerTimeLimit, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, GitHubJson.Default.GitHubRelease, cancellationToken) ?? throw BadAnswer("sent no release");
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException or TimeoutException)
        {
            throw BadAnswer("sent an answer that cannot be read");
        }
    }

    /// <summary>The answer, or <see langword="null"/> for 404.</summary>
    private async Task<HttpResponseMessage?> SendAsync(Uri address, string accept, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            if (!options.Permits(address))
                throw BadAnswer($"leads to {address.Host}, where no package is fetched from");
            var response = await SendOnceAsync(address, accept, cancellationToken);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    return response;
                case HttpStatusCode.NotFound:
                    response.Dispose();
                    return null;
                case HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
                    when response.Headers.Location is { } location:
                    response.Dispose();
                    address = new Uri(address, location);
                    break;
                case HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests:
                    response.Dispose();
                    throw Away("github.rate_limited", "GitHub does not answer more questions of this server for now. Try again later, or download the package and upload it.", LaterAgain);
                case >= HttpStatusCode.InternalServerError:
                    response.Dispose();
                    throw Away("github.unavailable", $"GitHub answered {(int)response.StatusCode}. Try again soon, or download the package and upload it.", SoonAgain);
                default:
                    response.Dispose();
                    throw BadAnswer($"answered {(int)response.StatusCode}");
            }
        }

        throw BadAnswer("redirects without end");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(Uri address, string accept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        request.Headers.UserAgent.ParseAdd("berth");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AnswerTimeLimit);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Away("github.unavailable", "GitHub cannot be reached from this server. Try again soon, or download the package and upload it.", SoonAgain);
        }
    }

    private static ApiProblemException Away(string code, string detail, TimeSpan again) =>
        new(new ApiProblem(StatusCodes.Status503ServiceUnavailable, code, detail) { RetryAfter = again });

    private static ApiProblemException BadAnswer(string what) =>
        new(StatusCodes.Status502BadGateway, "github.bad_answer", $"GitHub {what}. Download the package and upload it.");
}
