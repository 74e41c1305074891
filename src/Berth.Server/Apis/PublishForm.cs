using System.Text;
using Berth.Packaging.Signing;
using Berth.Server.Problems;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Apis;

/// <summary>
/// The form of a publish: the package in <c>plugin</c>, the signature file, before or after it, in <c>signature</c>. Other
/// fields are passed over.
/// </summary>
internal sealed class PublishForm
{
    private const int MaxFields = 16;
    private const int GenericIoFault = unchecked((int)0x80131620);
    private readonly MultipartReader _reader;
    private int _fields;

    public PublishForm(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).ToString() is not { Length: > 0 and <= 200 } boundary)
        {
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "request.media_type", "Send multipart/form-data with the package in the field 'plugin', or PUT the package's bytes.");
        }

        _reader = new MultipartReader(boundary, request.Body);
    }

    /// <summary>The signature, when it came before the package.</summary>
    public string? Signature { get; private set; }

    /// <summary>Reads up to the package.</summary>
    public async Task<Stream> PackageAsync(CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) is { } section)
        {
            // The field's file name is never looked at: slug and version are the manifest's.
            switch (NameOf(section))
            {
                case "plugin":
                    return section.Body;
                case "signature":
                    Signature = Signature is null ? await TextAsync(section, cancellationToken) : throw Twice("signature");
                    break;
            }
        }

        throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form has no field 'plugin' with the package.");
    }

    /// <summary>Reads what comes after the package, for the signature.</summary>
    public Task<string?> SignatureAfterAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        while (await NextAsync(cancellationToken) is { } section)
        {
            var name = NameOf(section);
            if (name == "plugin" || (name == "signature" && Signature is not null))
                throw Twice(name);
            if (name == "signature")
                Signature = await TextAsync(section, cancellationToken);
        }

        return Signature;
    });

    /// <summary>Turns the reader's own complaints into a problem; a disk's carry the system's error number instead.</summary>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException { HResult: GenericIoFault } and not BadHttpRequestException)
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form is malformed.");
        }
    }

    private static ApiProblemException Twice(string name) =>
        new(StatusCodes.Status400BadRequest, "request.form", $"The form has the field '{name}' twice. Send one.");

    private async Task<MultipartSection?> NextAsync(CancellationToken cancellationToken) =>
        _fields++ < MaxFields ? await _reader.ReadNextSectionAsync(cancellationToken) : null;

    private static string? NameOf(MultipartSection section) => section.GetContentDispositionHeader()?.Name.ToString().Trim('"');

    private static async Task<string> TextAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await section.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > SignatureFile.MaxBytes)
                throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, SignatureFaultCodes.Size, $"The signature file is larger than {SignatureFile.MaxBytes} bytes.");
            buffer.Write(chunk, 0, read);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
