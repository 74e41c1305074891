using System.Buffers;
using System.Text;

namespace Berth.Packaging.Scanning.Secrets;

/// <summary>Looks for secrets in one text: by the beginnings of known forms, then by names that secrets are given to.</summary>
internal sealed class SecretText(string text, string path, bool hasLines, ScanTask task)
{
    private const int MaxValue = 400;
    private static readonly SearchValues<string> Prefixes = SearchValues.Create([.. SecretFormat.All.Select(format => format.Prefix).Distinct(), "-----BEGIN ", "eyJ", "://"], StringComparison.Ordinal);
    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["password", "passwd", "secret", "api_key", "apikey", "api-key", "access_key", "accesskey", "auth_token", "authtoken", "access_token", "accesstoken", "private_key", "privatekey", "client_secret", "connectionstring"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n\\nr \"',");
    private static readonly SearchValues<char> AddressEnds = SearchValues.Create("/\\ \n\r\t\"'`<>?#)");
    private static readonly SearchValues<char> Signs = SearchValues.Create(" \t:='\"`>");
    private static readonly SearchValues<char> NoSecret = SearchValues.Create(" \t\n${}<>()");
    private static readonly SearchValues<char> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private int _line = 1;
    private int _lineStart;
    private int _counted;

    public void Look()
    {
        for (var at = 0; at < text.Length;)
        {
            task.Step();
            var next = text.AsSpan(at).IndexOfAny(Prefixes);
            if (next < 0)
                break;
            at += next;
            Known(at);
            at++;
        }

        (_line, _lineStart, _counted) = (1, 0, 0);
        for (var at = 0; at < text.Length;)
        {
            task.Step();
            var next = text.AsSpan(at).IndexOfAny(Words);
            if (next < 0)
                break;
            at += next;
            at = Named(at);
        }
    }

    private void Known(int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("-----BEGIN "))
            PrivateKey(at);
        else if (rest.StartsWith("eyJ"))
            JsonWebToken(at);
        else if (rest.StartsWith("://"))
            Address(at);
        foreach (var format in SecretFormat.All)
        {
            if (rest.StartsWith(format.Prefix) && format.IsAt(text, at))
            {
                task.Add(SecretCodes.Token.At(At(at), $"This looks like {format.Kind} ({format.Prefix}…).", format.Severity));
                return;
            }
        }
    }

    private void PrivateKey(int at)
    {
        var head = text.AsSpan(at, Math.Min(60, text.Length - at));
        var end = head[11..].IndexOf("-----") + 11;
        if (end <= 11 || !head[..end].Contains("PRIVATE KEY", StringComparison.Ordinal))
            return;
        var body = text.AsSpan(at + end + 5);
        // Code that reads keys has the line, too, but no key behind it.
        var length = body[..Math.Min(body.Length, 4096)].IndexOfAnyExcept(Base64);
        if ((length < 0 ? Math.Min(body.Length, 4096) : length) >= 64 || body[..Math.Min(body.Length, 80)].Contains("Proc-Type", StringComparison.Ordinal))
            task.Add(SecretCodes.PrivateKey.At(At(at), "This is a private key in PEM form."));
    }

    private void JsonWebToken(int at)
    {
        if (at > 0 && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] is '_' or '-' or '.'))
            return;
        var parts = new int[3];
        var position = at;
        for (var i = 0; i < 3; i++)
        {
            var rest = text.AsSpan(position, Math.Min(text.Length - position, 8192));
            var length = rest.IndexOfAnyExcept(Base64Url);
            parts[i] = length < 0 ? rest.Length : length;
            position += parts[i];
            if (i < 2 && (position >= text.Length || text[position++] != '.'))
                return;
        }

        if (parts[2] < 20 || !text.AsSpan(at + parts[0] + 1).StartsWith("eyJ"))
            return;
        var header = new byte[parts[0]];
        var padded = text.Substring(at, parts[0]).Replace('-', '+').Replace('_', '/').PadRight((parts[0] + 3) / 4 * 4, '=');
        if (Convert.TryFromBase64String(padded, header, out var bytes) && Encoding.UTF8.GetString(header, 0, bytes).Contains("\"alg\"", StringComparison.Ordinal))
            task.Add(SecretCodes.JsonWebToken.At(At(at), "This is a signed token (JWT)."));
    }

    /// <summary><c>scheme://name:password@host</c></summary>
    private void Address(int at)
    {
        var rest = text.AsSpan(at + 3, Math.Min(text.Length - at - 3, 200));
        var end = rest.IndexOfAny(AddressEnds);
        var authority = end < 0 ? rest : rest[..end];
        var host = authority.LastIndexOf('@');
        var colon = host < 0 ? -1 : authority[..host].IndexOf(':');
        if (colon < 0)
            return;
        var password = authority[(colon + 1)..host];
        if (password.Length >= 3 && !password.ContainsAny("${}%*") && !SecretFormat.IsPlaceholder("pass" + password.ToString() + "zQ7") && !password.StartsWith("pass", StringComparison.OrdinalIgnoreCase))
            task.Add(SecretCodes.Password.At(At(at), "An address has a password in it."));
    }

    /// <summary><c>apiKey: "…"</c>: a value that is long and random. Returns where the name ends.</summary>
    private int Named(int at)
    {
        var position = at;
        while (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] is '_' or '-'))
            position++;
        var mark = text.AsSpan(position, Math.Min(12, text.Length - position));
        var quote = mark.IndexOfAny('"', '\'', '`');
        // The name's own closing quote, then the sign, then the value's quote.
        if (quote >= 0 && mark[..quote].IndexOfAny(':', '=') < 0)
        {
            var second = mark[(quote + 1)..].IndexOfAny('"', '\'', '`');
            quote = second < 0 ? -1 : quote + 1 + second;
        }

        if (quote < 0 || mark[..quote].IndexOfAny(':', '=') < 0 || mark[..quote].IndexOfAnyExcept(Signs) >= 0)
            return position;
        var start = position + quote + 1;
        var rest = text.AsSpan(start, Math.Min(MaxValue, text.Length - start));
        var end = rest.IndexOf(text[start - 1]);
        if (end < 16)
            return position;
        var value = rest[..end];
        if (value.ContainsAny(NoSecret) || SecretFormat.IsPlaceholder(value) || !value.ContainsAnyInRange('0', '9') || !(value.ContainsAnyInRange('a', 'z') || value.ContainsAnyInRange('A', 'Z')))
            return position;
        var bits = Entropy.Of(value);
        if (bits >= 3.5)
            task.Add(SecretCodes.Assignment.At(At(at), "A name like that of a secret is given a random text.", bits < 4 ? Severity.Low : null));
        return position;
    }

    private FilePosition At(int index)
    {
        if (!hasLines)
            return new(path);
        var between = text.AsSpan(_counted, index - _counted);
        if (between.LastIndexOf('\n') is >= 0 and var last)
            (_line, _lineStart) = (_line + between.Count('\n'), _counted + last + 1);
        _counted = index;
        return new(path, _line, index - _lineStart + 1);
    }
}
