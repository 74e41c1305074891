using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Berth.Host.Dispatch;

/// <summary>
/// The request's headers without the caller's credentials: a plugin is told who calls and cannot act as them elsewhere.
/// Copied before the first change, and detached when the call is over.
/// </summary>
internal sealed class CallRequestHeaders(IHeaderDictionary host) : IHeaderDictionary
{
    private volatile IHeaderDictionary? _host = host;
    private HeaderDictionary? _own;

    public StringValues this[string key]
    {
        get => _own is not null ? _own[key] : IsHidden(key) ? StringValues.Empty : Host[key];
        set => Own[key] = value;
    }

    public long? ContentLength
    {
        get => _own is not null ? _own.ContentLength : Host.ContentLength;
        set => Own.ContentLength = value;
    }

    public ICollection<string> Keys => Own.Keys;

    public ICollection<StringValues> Values => Own.Values;

    public int Count => Own.Count;

    public bool IsReadOnly => false;

    private IHeaderDictionary Host => _host ?? throw new ObjectDisposedException(nameof(HttpRequest), "This request is over; its time ran out or it was answered.");

    private HeaderDictionary Own => _own ??= Copy();

    public bool ContainsKey(string key) => _own?.ContainsKey(key) ?? (!IsHidden(key) && Host.ContainsKey(key));

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out StringValues value)
    {
        if (_own is not null)
            return _own.TryGetValue(key, out value);
        value = default;
        return !IsHidden(key) && Host.TryGetValue(key, out value);
    }

    public void Add(string key, StringValues value) => Own.Add(key, value);

    public void Add(KeyValuePair<string, StringValues> item) => Own.Add(item);

    public bool Remove(string key) => Own.Remove(key);

    public bool Remove(KeyValuePair<string, StringValues> item) => Own.Remove(item);

    public void Clear() => Own.Clear();

    public bool Contains(KeyValuePair<string, StringValues> item) => Own.Contains(item);

    public void CopyTo(KeyValuePair<string, StringValues>[] array, int arrayIndex) => Own.CopyTo(array, arrayIndex);

    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => Own.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Detach() => _host = null;

    private static bool IsHidden(string key) =>
        key.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || key.Equals("Cookie", StringComparison.OrdinalIgnoreCase);

    private HeaderDictionary Copy()
    {
        var own = new HeaderDictionary();
        foreach (var (key, value) in Host)
        {
            if (!IsHidden(key))
                own[key] = value;
        }

        return own;
    }
}
