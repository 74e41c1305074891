using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Text;
using Berth.Events;
using Berth.Host.Events;
using Berth.Lifecycle.Events;
using Berth.Lifecycle.Webhooks;
using Berth.Server.Configuration;
using Berth.Server.Events;

namespace Berth.Server.Webhooks;

/// <summary>
/// Posts to receivers: CloudEvents JSON with the headers of Standard Webhooks. Follows no redirect, waits no longer than
/// it is told to, and reads no more of an answer than is kept of it.
/// </summary>
internal sealed class WebhookChannel(IHttpClientFactory clients, WebhookOptions options, IHostEvents? events, TimeProvider time) : IWebhookChannel
{
    private const int KeptBytes = 1024;

    public string? Refuse(Uri address)
    {
        if (options.AllowPrivateAddresses)
            return null;
        if (address.Scheme != Uri.UriSchemeHttps)
            return $"'url' begins with https://. Plain http is for private networks, where an administrator allows it ({BerthSettingNames.WebhookPrivateAddresses}).";
        var isPrivate = address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? !PublicConnections.IsPublic(IPAddress.Parse(address.Host.Trim('[', ']')))
            : address.IsLoopback;
        return isPrivate ? $"'url' leads into a private network. An administrator can allow that ({BerthSettingNames.WebhookPrivateAddresses})." : null;
    }

    public string Body(PublishedEvent published, string? id = null) => CloudEvent.Json(published, id);

    public async Task<WebhookAnswer> SendAsync(WebhookMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AnswerTimeLimit);
        var began = time.GetTimestamp();
        try
        {
            using var request = Request(message);
            using var client = clients.CreateClient(nameof(WebhookChannel));
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var text = await BeginningAsync(response, limit.Token);
            return new WebhookAnswer((int)response.StatusCode, null, text, RetryAfter(response), time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Nothing("timeout", began);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            if (Within<AddressRefusedException>(exception))
            {
                events?.Raise(new AddressRefused("webhook", message.Address.Host, "The name leads to no public address."));
                return Nothing("address_refused", began);
            }

            return Nothing(Within<AuthenticationException>(exception) ? "tls" : "connection", began);
        }
    }

    private WebhookAnswer Nothing(string error, long began) => new(null, error, null, null, time.GetElapsedTime(began));

    private static HttpRequestMessage Request(WebhookMessage message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, message.Address) { Content = new StringContent(message.Body, Encoding.UTF8, "application/cloudevents+json") };
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", message.Timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", message.Signature);
        request.Headers.UserAgent.ParseAdd($"berth/{BerthVersion.Text.Split('+')[0]}");
        return request;
    }

    /// <summary>How the answer begins, as far as it comes in time; its end is of no interest.</summary>
    private static async Task<string?> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = new byte[KeptBytes];
        var read = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            read = await body.ReadAtLeastAsync(bytes, KeptBytes, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // The status was said; that is the answer.
        }

        return read == 0 ? null : string.Concat(Encoding.UTF8.GetString(bytes, 0, read).Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? ' ' : c));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } when at > time.GetUtcNow() => at - time.GetUtcNow(),
        _ => null,
    };

    private static bool Within<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T)
                return true;
        }

        return false;
    }
}
