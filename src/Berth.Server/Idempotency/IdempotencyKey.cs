using System.Security.Cryptography;
using System.Text;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Idempotency;

/// <summary>Reads the header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header).</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Set on an answer that is given again.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaxLength = 255;

    /// <summary>
    /// By what the request is known, or <see langword="null"/> when it carries no key. The same key of another caller, on
    /// another route or for another user means another request. What the client sent is not recognisable in it.
    /// </summary>
    public static string? IdOf(HttpContext context, Caller caller)
    {
        if (!context.Request.Headers.TryGetValue(Header, out var values))
            return null;
        var key = values.Count == 1 ? values[0]!.Trim() : "";
        // The draft writes the key as a quoted string; most clients send it bare.
        if (key.Length > 1 && key[0] == '"' && key[^1] == '"')
            key = key[1..^1];
        if (key.Length is 0 or > MaxLength || !key.All(c => c is >= ' ' and <= '~'))
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "idempotency.key_invalid",
                $"{Header} is one value of 1 to {MaxLength} printable ASCII characters, for example a UUID.");
        }

        var request = context.Request;
        var text = string.Join('\n', caller.ActorId, caller.UserId, request.Method, request.PathBase + request.Path, key);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
