using System.Net;
using System.Net.Http.Headers;
using FeedReader.Parsing;

namespace FeedReader.Fetching;

/// <summary>Reads one feed: from memory while it is fresh, else from its server, which is asked only for what changed.</summary>
internal sealed class FeedSource(HttpClient http, FeedCache cache, FeedLimits limits, TimeProvider time)
{
    /// <exception cref="OperationCanceledException">The caller cancelled; the feed's own time limit is an outcome.</exception>
    public async Task<FeedOutcome> ReadAsync(Uri url, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var remembered = cache.Find(url);
        if (remembered is not null && time.GetUtcNow() - remembered.ReadAt < maxAge)
            return Answer(remembered, "memory");

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limits.Timeout);
        try
        {
            return await FetchAsync(url, remembered, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FeedOutcome.Refused(FeedProblem.TooSlow(url));
        }
        catch (HttpRequestException error)
        {
            return new FeedOutcome.Refused(FeedProblem.Unreachable(url, Why(error)));
        }
        catch (IOException)
        {
            return new FeedOutcome.Refused(FeedProblem.Unreachable(url, "the connection broke."));
        }
    }

    private async Task<FeedOutcome> FetchAsync(Uri url, RememberedFeed? remembered, CancellationToken cancellationToken)
    {
        using var request = Request(url, remembered);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && remembered is not null)
            return Remember(url, remembered with { ReadAt = time.GetUtcNow() }, "unchanged");
        if (!response.IsSuccessStatusCode)
            return new FeedOutcome.Refused(FeedProblem.Status(url, (int)response.StatusCode));

        var bytes = await ReadBoundedAsync(response.Content, cancellationToken);
        if (bytes is null)
            return new FeedOutcome.Refused(FeedProblem.TooLarge(url, limits.MaxBytes));

        var answeredBy = response.RequestMessage?.RequestUri ?? url;
        var isPage = response.Content.Headers.ContentType?.MediaType == "text/html";
        return FeedParser.Parse(bytes, answeredBy, isPage) switch
        {
            ParseOutcome.Parsed(var feed) => Remember(
                url,
                new RememberedFeed(feed with { Url = url.AbsoluteUri }, time.GetUtcNow(), response.Headers.ETag?.ToString(), response.Content.Headers.LastModified),
                "fetched"),
            ParseOutcome.Faulty(var problem) => new FeedOutcome.Refused(problem),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private static HttpRequestMessage Request(Uri url, RememberedFeed? remembered)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Berth-FeedReader", "1.0"));
        request.Headers.Accept.ParseAdd("application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1");
        if (remembered?.ETag is { } etag)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(etag));
        request.Headers.IfModifiedSince = remembered?.LastModified;
        return request;
    }

    /// <summary>The body, or <see langword="null"/> as soon as it is longer than allowed; a stated length is not trusted.</summary>
    private async Task<byte[]?> ReadBoundedAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limits.MaxBytes)
            return null;
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (bytes.Length + count > limits.MaxBytes)
                return null;
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private FeedOutcome.Read Remember(Uri url, RememberedFeed feed, string source)
    {
        cache.Remember(url, feed);
        return Answer(feed, source);
    }

    private static FeedOutcome.Read Answer(RememberedFeed feed, string source) => new(new FeedAnswer(feed.Feed, feed.ReadAt, source));

    // The exception's own text names addresses and libraries; a reader of feeds needs the kind.
    private static string Why(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "there is no such host.",
        HttpRequestError.ConnectionError => "it refuses connections.",
        HttpRequestError.SecureConnectionError => "its certificate is not trusted, or TLS failed.",
        _ => "the connection broke.",
    };
}
