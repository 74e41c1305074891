using Berth.Data.Sessions;
using Berth.Packaging.Signing;
using Berth.Registry.Publishers;

namespace Berth.Registry.Keys;

/// <summary>Judges signatures on their way in: by the registry's records, at the time of receipt.</summary>
internal static class SignatureJudge
{
    /// <summary>Judges each signature; an author's key must be one of the owners'.</summary>
    /// <param name="file">The signatures.</param>
    /// <param name="payload">The canonical file list.</param>
    /// <param name="keys">The records of the keys they name.</param>
    /// <param name="owners">User ids whose keys may sign as the author.</param>
    /// <param name="receivedAt">Now.</param>
    public static IEnumerable<JudgedSignature> Judge(
        SignatureFile file, ReadOnlySpan<byte> payload, IReadOnlyDictionary<string, KeyRecord> keys, IReadOnlyCollection<string> owners, DateTimeOffset receivedAt)
    {
        var trusted = keys.ToDictionary(key => key.Key, key => key.Value.ToTrusted(), StringComparer.Ordinal);
        return PackageSignatures.Judge(file, payload, kid => trusted.GetValueOrDefault(kid), receivedAt).Select(judged => Owned(judged, keys, owners, receivedAt));
    }

    /// <summary>Whose keys may sign as the plugin's author, of those that are named: the account's that sends them, and of whoever acts for the publisher.</summary>
    /// <param name="session">Reads.</param>
    /// <param name="slug">The plugin.</param>
    /// <param name="account">Who sends the signatures.</param>
    /// <param name="keys">The named ones.</param>
    /// <param name="isByAdministrator">Whether an administrator sends what comes from elsewhere: then whoever registered an author's key for a colleague's mirror stands for it, too.</param>
    public static async Task<IReadOnlyCollection<string>> AuthorsAsync(DbSession session, string slug, string account, IReadOnlyDictionary<string, KeyRecord> keys, bool isByAdministrator)
    {
        var authors = new HashSet<string>(StringComparer.Ordinal) { account };
        foreach (var owner in keys.Values.Select(key => key.OwnerId).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (!authors.Contains(owner) && await PublishRights.ActsForAsync(session, slug, owner))
                authors.Add(owner);
        }

        if (isByAdministrator)
            authors.UnionWith(keys.Values.Where(key => key.IsVouched).Select(key => key.OwnerId!));
        return authors;
    }

    private static JudgedSignature Owned(JudgedSignature judged, IReadOnlyDictionary<string, KeyRecord> keys, IReadOnlyCollection<string> owners, DateTimeOffset receivedAt)
    {
        if (judged.Fault is not null || judged.Role == SignatureRole.Registry)
            return judged;
        var key = keys[judged.Signature.Header.Kid];
        if (!owners.Contains(key.OwnerId!))
            return judged with { Fault = new SignatureFault(SignatureFaultCodes.KeyOwner, $"The key '{key.Kid}' is another account's. Sign with a key of the publisher.") };

        // A countersignature that came along does not date the receipt: what counts here is that the key is in force now.
        return judged with { At = receivedAt, Fault = key.Validity.Judge(key.Kid, receivedAt) };
    }
}
