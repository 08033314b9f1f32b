// TA-Lib called in this process, on the arrays JavaScript holds, by the name of a function: whatever its abstract interface lists can be timed.
//
//   version() → "0.7.1"
//   time(name, columns, inputs, options, outputs, times) → { ns, first, count }
//     columns: { open, high, low, close, volume } as Float64Array of equal length
//     inputs:  names of columns for the function's plain inputs, in its order; inputs that are prices take the columns they are called after
//     options: the function's optional inputs in its order; NaN leaves one at its default
//     outputs: a Float64Array, or Int32Array where the function gives integers, for each output
//   The call is made `times` times; `ns` is all of them together, read from the clock around the loop, so that nothing of JavaScript is in it.
#include <math.h>
#include <node_api.h>
#include <stdio.h>
#include <string.h>
#include <ta_libc.h>
#include <time.h>

#define NAME_BYTES 64
#define COLUMNS 5

static const char *const COLUMN_NAMES[COLUMNS] = {"open", "high", "low", "close", "volume"};

static double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static napi_value fail(napi_env env, const char *what, const char *about) {
  char message[256];
  snprintf(message, sizeof message, "%s: %s", what, about);
  napi_throw_error(env, NULL, message);
  return NULL;
}

/** The data of a typed array, and how many elements it has; NULL when the value is none. */
static void *data_of(napi_env env, napi_value array, size_t *length) {
  void *data = NULL;
  if (napi_get_typedarray_info(env, array, NULL, length, &data, NULL, NULL) != napi_ok) return NULL;
  return data;
}

static int column_named(napi_env env, napi_value columns, const char *name, double **column, size_t *rows) {
  napi_value array;
  if (napi_get_named_property(env, columns, name, &array) != napi_ok) return 0;
  *column = data_of(env, array, rows);
  return *column != NULL;
}

static int set_inputs(napi_env env, const TA_FuncInfo *info, TA_ParamHolder *params, napi_value names, double *const *columns) {
  uint32_t used = 0;
  for (unsigned int k = 0; k < info->nbInput; k++) {
    const TA_InputParameterInfo *input;
    TA_GetInputParameterInfo(info->handle, k, &input);
    if (input->type == TA_Input_Price) {
      TA_SetInputParamPricePtr(params, k, columns[0], columns[1], columns[2], columns[3], columns[4], NULL);
      continue;
    }
    napi_value name;
    char text[NAME_BYTES] = "";
    if (napi_get_element(env, names, used++, &name) != napi_ok) return 0;
    if (napi_get_value_string_utf8(env, name, text, sizeof text, NULL) != napi_ok) return 0;
    int at = 0;
    while (at < COLUMNS && strcmp(COLUMN_NAMES[at], text) != 0) at++;
    if (at == COLUMNS || TA_SetInputParamRealPtr(params, k, columns[at]) != TA_SUCCESS) return 0;
  }
  return 1;
}

static int set_options(napi_env env, const TA_FuncInfo *info, TA_ParamHolder *params, napi_value options) {
  for (unsigned int k = 0; k < info->nbOptInput; k++) {
    napi_value element;
    double value;
    const TA_OptInputParameterInfo *option;
    if (napi_get_element(env, options, k, &element) != napi_ok || napi_get_value_double(env, element, &value) != napi_ok) return 0;
    if (isnan(value)) continue;
    TA_GetOptInputParameterInfo(info->handle, k, &option);
    int is_real = option->type == TA_OptInput_RealRange || option->type == TA_OptInput_RealList;
    TA_RetCode code = is_real ? TA_SetOptInputParamReal(params, k, value) : TA_SetOptInputParamInteger(params, k, (int)value);
    if (code != TA_SUCCESS) return 0;
  }
  return 1;
}

static int set_outputs(napi_env env, const TA_FuncInfo *info, TA_ParamHolder *params, napi_value outputs) {
  for (unsigned int k = 0; k < info->nbOutput; k++) {
    napi_value array;
    const TA_OutputParameterInfo *output;
    if (napi_get_element(env, outputs, k, &array) != napi_ok) return 0;
    void *data = data_of(env, array, NULL);
    TA_GetOutputParameterInfo(info->handle, k, &output);
    TA_RetCode code = output->type == TA_Output_Real ? TA_SetOutputParamRealPtr(params, k, data) : TA_SetOutputParamIntegerPtr(params, k, data);
    if (data == NULL || code != TA_SUCCESS) return 0;
  }
  return 1;
}

static void set_number(napi_env env, napi_value object, const char *name, double value) {
  napi_value number;
  napi_create_double(env, value, &number);
  napi_set_named_property(env, object, name, number);
}

static napi_value time_function(napi_env env, napi_callback_info call) {
  size_t count = 6;
  napi_value given[6];
  napi_get_cb_info(env, call, &count, given, NULL, NULL);
  char name[NAME_BYTES] = "";
  int times = 0;
  napi_get_value_string_utf8(env, given[0], name, sizeof name, NULL);
  napi_get_value_int32(env, given[5], &times);

  const TA_FuncHandle *handle;
  const TA_FuncInfo *info;
  if (TA_GetFuncHandle(name, &handle) != TA_SUCCESS || TA_GetFuncInfo(handle, &info) != TA_SUCCESS) return fail(env, "TA-Lib has no function", name);
  double *columns[COLUMNS];
  size_t rows = 0;
  for (int k = 0; k < COLUMNS; k++) {
    if (!column_named(env, given[1], COLUMN_NAMES[k], &columns[k], &rows)) return fail(env, "no such column was given", COLUMN_NAMES[k]);
  }
  TA_ParamHolder *params;
  if (TA_ParamHolderAlloc(handle, &params) != TA_SUCCESS) return fail(env, "no memory for the parameters of", name);
  int is_set = set_inputs(env, info, params, given[2], columns) && set_options(env, info, params, given[3]) && set_outputs(env, info, params, given[4]);
  if (!is_set) {
    TA_ParamHolderFree(params);
    return fail(env, "these are not the arguments of", name);
  }

  int first = 0;
  int made = 0;
  TA_RetCode code = TA_SUCCESS;
  double started = now_ns();
  for (int k = 0; k < times && code == TA_SUCCESS; k++) code = TA_CallFunc(params, 0, (int)rows - 1, &first, &made);
  double ended = now_ns();
  TA_ParamHolderFree(params);
  if (code != TA_SUCCESS) return fail(env, "TA-Lib refuses", name);

  napi_value answer;
  napi_create_object(env, &answer);
  set_number(env, answer, "ns", ended - started);
  set_number(env, answer, "first", first);
  set_number(env, answer, "count", made);
  return answer;
}

static napi_value version(napi_env env, napi_callback_info call) {
  (void)call;
  napi_value text;
  napi_create_string_utf8(env, TA_GetVersionString(), NAPI_AUTO_LENGTH, &text);
  return text;
}

NAPI_MODULE_INIT() {
  TA_Initialize();
  napi_value function;
  napi_create_function(env, "time", NAPI_AUTO_LENGTH, time_function, NULL, &function);
  napi_set_named_property(env, exports, "time", function);
  napi_create_function(env, "version", NAPI_AUTO_LENGTH, version, NULL, &function);
  napi_set_named_property(env, exports, "version", function);
  return exports;
}
