using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Berth.Browser.Tests.OldFrontEnd;

/// <summary>What an application's reverse proxy does: passes a request on as it is, and the answer back as it is.</summary>
internal sealed class Forwarding : IDisposable
{
    // How the bytes travel is each connection's own affair.
    private static readonly HashSet<string> OfConnection = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Host", "Keep-Alive", "Transfer-Encoding", "Upgrade" };

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
    private readonly ConcurrentQueue<ForwardedRequest> _requests = new();

    /// <summary>What was passed on, in the order of the answers.</summary>
    public IReadOnlyCollection<ForwardedRequest> Requests => _requests;

    public async Task PassAsync(HttpContext context, string target)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target + context.Request.GetEncodedPathAndQuery());
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers.Where(header => !OfConnection.Contains(header.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        using var answer = await _http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated).Where(header => !OfConnection.Contains(header.Key)))
            context.Response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        _requests.Enqueue(new ForwardedRequest(context.Request.Path.Value!, (int)answer.StatusCode, context.Request.Headers["Service-Worker"].ToString()));
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>A request that was passed on.</summary>
/// <param name="ServiceWorker">The header that browsers send with the script of a service worker, and with nothing else.</param>
internal sealed record ForwardedRequest(string Path, int Status, string ServiceWorker);
