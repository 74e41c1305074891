using System.Net;
using System.Text;
using Berth.Registry.Publishers;

namespace Berth.Server.Publishers;

/// <summary>
/// Looks for the line of a proof over HTTPS: at public addresses only, without following redirects, 16 KB at most, 10 seconds
/// at most. A domain that redirects has to serve the file itself; a redirect may lead to somebody else.
/// </summary>
internal sealed class WebProofCheck(HttpClient client, ProofCheckOptions options) : IProofCheck
{
    private const int MostBytes = 16 * 1024;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    public async Task<string?> FindTroubleAsync(string kind, string subject, string token, CancellationToken cancellationToken = default)
    {
        if (ProofSubjects.Normalise(kind, subject) is not { } about)
            return "This is nothing that can be looked at any more. Begin the proof again.";
        var address = kind == ProofSubjects.Domain ? options.FileOfDomain(about) : options.FileOfRepository(about);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.ParseAdd("berth");
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return $"{address} answers {(int)response.StatusCode}; it has to answer 200 itself, without a redirect.";
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            var buffer = new byte[MostBytes];
            var length = await body.ReadAtLeastAsync(buffer, MostBytes, throwOnEndOfStream: false, limit.Token);
            return Encoding.UTF8.GetString(buffer, 0, length).Split('\n', StringSplitOptions.TrimEntries).Contains(token)
                ? null : $"{address} does not have the line '{token}' in its first {MostBytes} bytes.";
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What exactly went wrong would tell a stranger about the network this server stands in.
            return $"{address} cannot be reached from this registry. It has to be public, and answer over HTTPS within {TimeLimit.TotalSeconds:0} seconds.";
        }
    }
}
