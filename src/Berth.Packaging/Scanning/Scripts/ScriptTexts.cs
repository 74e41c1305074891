using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using Berth.Packaging.Scanning.Il;
using Berth.Packaging.Scanning.Secrets;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Rules about texts in code.</summary>
internal sealed class ScriptTexts(ScriptTraits traits, ScanTask task)
{
    private static readonly SearchValues<string> Mining = SearchValues.Create(
        ["coinhive", "coin-hive", "cryptoloot", "crypto-loot", "stratum+tcp", "stratum+ssl", "cryptonight", "webminerpool", "coinimp", "deepminer", "minexmr", "supportxmr", "xmrpool", "randomx", "monerominer", "jsecoin"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> DeadDrops = SearchValues.Create(
        ["discord.com/api/webhooks/", "discordapp.com/api/webhooks/", "api.telegram.org/bot", "pastebin.com/raw", "webhook.site", "requestbin", "pipedream.net", "ngrok.io", "ngrok-free.app", "burpcollaborator", "oastify.com", "interact.sh", "oast.", "beeceptor.com", "transfer.sh", "trycloudflare.com", ".onion/"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> WalletCalls = SearchValues.Create(["eth_requestAccounts", "eth_sendTransaction", "eth_accounts", "signAllTransactions", "setApprovalForAll", "permit2"], StringComparison.Ordinal);

    /// <summary>A constant text.</summary>
    public void Look(string text, FilePosition at)
    {
        if (text.Length < 6)
            return;
        if (text.AsSpan().ContainsAny(Mining))
            task.Add(ScriptCodes.Miner.At(at, "The script names a miner of crypto currency or its protocol."));
        if (text.AsSpan().ContainsAny(DeadDrops) && text.Contains('.', StringComparison.Ordinal))
        {
            traits.SendsElsewhere = true;
            task.Add(ScriptCodes.ExfiltrationAddress.At(at, "The script names an address where data is dropped anonymously."));
        }

        if (text.AsSpan().ContainsAny(WalletCalls))
            task.Add(ScriptCodes.Wallet.At(at, "The script asks a wallet for accounts or transactions."));
        if (Executables.IsEncoded(text))
            task.Add(ScriptCodes.EncodedProgram.At(at, $"The script has a program in the shape of text ({text.Length} characters)."));
        else if (text.Length > 200 && text.StartsWith("AGFzbQ", StringComparison.Ordinal))
            task.Add(ScriptCodes.WebAssembly.At(at, $"The script has WebAssembly in the shape of text ({text.Length} characters)."));
        else if (text.Length > 4096 && !text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && !text.AsSpan(0, 4096).ContainsAny(' ', '\n', '<') && Entropy.Of(text.AsSpan(0, 4096)) > 5.4)
            task.Add(ScriptCodes.PackedData.At(at, $"The script has {text.Length} characters of packed data."));
        if (IsWalletAddress(text))
        {
            traits.HasWalletAddress = true;
            task.Add(ScriptCodes.WalletAddress.At(at, "The script names the address of a wallet."));
        }
    }

    /// <summary>Whether the whole text is an address: Ethereum and Monero by their form, Bitcoin by its check sum.</summary>
    internal static bool IsWalletAddress(string text) => text.Length switch
    {
        42 when text.StartsWith("0x", StringComparison.Ordinal) => text.AsSpan(2).IndexOfAnyExcept(Hexadecimal) < 0 && text.AsSpan(2).IndexOfAnyExcept('0') >= 0,
        42 or 62 when text.StartsWith("bc1", StringComparison.Ordinal) => text.AsSpan(3).IndexOfAnyExcept(Bech32) < 0,
        95 when text[0] == '4' => text.AsSpan().IndexOfAnyExcept(Base58) < 0,
        >= 26 and <= 35 when text[0] is '1' or '3' => text.AsSpan().IndexOfAnyExcept(Base58) < 0 && HasBase58Check(text),
        _ => false,
    };

    private const string Base58Letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static readonly SearchValues<char> Base58 = SearchValues.Create(Base58Letters);
    private static readonly SearchValues<char> Bech32 = SearchValues.Create("qpzry9x8gf2tvdw0s3jn54khce6mua7l");
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    private static bool HasBase58Check(string text)
    {
        var number = text.Aggregate(BigInteger.Zero, (sum, letter) => (sum * 58) + Base58Letters.IndexOf(letter, StringComparison.Ordinal));
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length > 25)
            return false;
        Span<byte> whole = stackalloc byte[25];
        whole.Clear();
        bytes.CopyTo(whole[(25 - bytes.Length)..]);
        return SHA256.HashData(SHA256.HashData(whole[..21]))[..4].AsSpan().SequenceEqual(whole[21..]);
    }
}
